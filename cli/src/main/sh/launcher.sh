# Functions of ./penstock and bench/run, which set: program (for messages), root, module, home (the folder with lib/).

fail() {
    printf '%s: %s\n' "$program" "$*" >&2
    exit 2
}

find_java() {
    if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
        java=$JAVA_HOME/bin/java
    else
        java=$(command -v java) || fail "no java found. Install a JDK 17 or newer (Debian: apt-get install openjdk-17-jdk-headless), or set JAVA_HOME."
    fi
    about=$("$java" -version 2>&1) || fail "$java does not run: $about"
    version=$(printf '%s\n' "$about" | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
    [ "${version:-0}" -ge 17 ] || fail "$java is Java ${version:-of an unknown version}; Penstock needs 17 or newer. Set JAVA_HOME or PATH to one."
}

is_stale() {
    [ -f "$home/stamp" ] || return 0
    [ -n "$(find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main -newer "$home/stamp" -print 2>/dev/null | head -n 1)" ]
}

# One build at a time; the lock names its owner, so that the lock of a killed build is taken over.
take_lock() {
    lock=$home.lock
    target=$root/$module/target
    { mkdir -p "$target" && [ -w "$target" ]; } 2>/dev/null ||
        fail "it has to be built first, and $target cannot be written. Run it once as a user who may write there."
    waited=0
    while ! (set -C; echo $$ >"$lock") 2>/dev/null; do
        owner=$(cat "$lock" 2>/dev/null || true)
        if [ -n "$owner" ] && ! is_alive "$owner"; then
            take_over "$owner"
        elif [ "$waited" -ge 1800 ]; then
            fail "the build of process $owner does not end. If there is none, remove $lock."
        else
            [ "$waited" -ne 2 ] || echo "$program: waits for the build of process $owner, which has made $lock" >&2
            waited=$((waited + 1))
            sleep 1
        fi
    done
    trap 'rm -f "$lock"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# Signals go to one's own processes only.
is_alive() {
    [ "$1" != $$ ] && { kill -0 "$1" || [ -d "/proc/$1" ] || ps -p "$1"; } >/dev/null 2>&1
}

# What another one has made meanwhile is put back.
take_over() {
    if mv "$lock" "$lock.$$" 2>/dev/null; then
        if [ "$(cat "$lock.$$")" = "$1" ]; then
            rm -f "$lock.$$"
        else
            mv "$lock.$$" "$lock"
        fi
    fi
}

build() {
    command -v mvn >/dev/null || fail "it is not built yet, and no mvn is found. Install Maven 3.8 or newer (Debian: apt-get install maven)."
    [ -x "$(dirname -- "$java")/javac" ] || command -v javac >/dev/null ||
        fail "$java belongs to a runtime without compiler. Install a JDK 17 or newer (Debian: apt-get install openjdk-17-jdk-headless)."
    echo "$program: building with Maven; the first time takes a few minutes" >&2
    started=$home.started
    touch "$started"
    # Whoever runs keeps the removed files open; overwriting them would break it.
    rm -rf "$home"
    if ! output=$(mvn -B -q -f "$root/pom.xml" -pl "$module" -am -Dquick -DskipTests -Dmaven.test.skip package 2>&1); then
        printf '%s\n' "$output" >&2
        fail "the build failed; Maven's output is above."
    fi
    archive_classes
    mv "$started" "$home/stamp"
}

build_if_stale() {
    if is_stale; then
        take_lock
        if is_stale; then
            build
        fi
        rm -f "$lock"
        trap - EXIT INT TERM HUP
    fi
}

# Always in the same order: an archive belongs to one class path.
class_path() (
    set -- "$home"/lib/*.jar
    IFS=:
    printf '%s' "$*"
)

# The classes of a run, parsed and checked in advance: the JVM starts in two thirds of the time. An archive fits one JVM and one set of
# jars; without it, or when it does not fit, the JVM loads the classes as ever.
archive_classes() {
    java_home=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.home = //p')
    classes=$home/classes.list
    {
        cat "$java_home/lib/classlist"
        for jar in penstock- postgresql- picocli- jackson- snakeyaml- logback- slf4j-api- micrometer-; do
            for file in "$home/lib/$jar"*.jar; do
                "$java_home/bin/jar" tf "$file"
            done
        done | sed -n -e '/^META-INF/d' -e '/module-info/d' -e 's/\.class$//p'
    } >"$classes" 2>/dev/null || true
    # shellcheck disable=SC2046
    if "$java" -Xshare:dump $(jvm_options) -XX:SharedClassListFile="$classes" -XX:SharedArchiveFile="$home/classes.jsa" \
        -cp "$(class_path)" >/dev/null 2>&1; then
        printf '%s\n' "$about" >"$home/classes.jvm"
    fi
    rm -f "$classes"
}

# The option that uses the archive when it is of this JVM; otherwise one that changes nothing.
archive_option() {
    if [ "$(cat "$home/classes.jvm" 2>/dev/null || true)" = "$about" ]; then
        printf '%s' "-XX:SharedArchiveFile=$home/classes.jsa"
    else
        printf '%s' -Xshare:auto
    fi
}

# Less inlining than by default: the optimizing compiler then needs a third of the CPU during the first minute, and the code is as quick.
# Newer JVMs warn on the standard output, which may be JSON, when an archive does not fit.
jvm_options() {
    printf '%s' "-XX:+UseParallelGC -XX:MaxInlineLevel=7 -XX:InlineSmallCode=800 -Xlog:disable -Xlog:all=warning:stderr"
}
