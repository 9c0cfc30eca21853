package io.penstock.cli.quality;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * Finds what is too large to be read in one go. A method or a file is excused by a comment that begins "Long because": right above the
 * method (above its Javadoc and annotations, or between them), or at the top of the file, above the type.
 */
final class SizeLimits {
    static final int METHOD_LINES = 60;
    static final int FILE_LINES = 500;
    static final int PARAMETERS = 5;
    static final int NESTING = 3;
    private static final String EXCUSE = "Long because";

    private SizeLimits() {}

    /** One line per violation: file, line, what. */
    static List<String> violations(Iterable<? extends JavaFileObject> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavacTask task = (JavacTask) compiler.getTask(new StringWriter(), null, null, null, null, files);
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        List<String> found = new ArrayList<>();
        for (CompilationUnitTree unit : task.parse()) {
            Source source = new Source(
                    unit,
                    positions,
                    unit.getSourceFile().getCharContent(true).toString().lines().toList());
            source.checkLength(found);
            unit.accept(new Methods(source, found), null);
        }
        return found;
    }

    private record Source(CompilationUnitTree unit, SourcePositions positions, List<String> lines) {
        void checkLength(List<String> found) {
            boolean excused = !unit.getTypeDecls().isEmpty()
                    && lines.subList(0, firstLine(unit.getTypeDecls().get(0))).stream()
                            .anyMatch(Source::isExcuse);
            if (lines.size() > FILE_LINES && !excused) {
                found.add(name() + ": " + lines.size() + " lines, more than " + FILE_LINES);
            }
        }

        int firstLine(Tree tree) {
            return line(positions.getStartPosition(unit, tree));
        }

        int lastLine(Tree tree) {
            return line(positions.getEndPosition(unit, tree));
        }

        private int line(long position) {
            LineMap map = unit.getLineMap();
            return Math.toIntExact(map.getLineNumber(position));
        }

        /** Looks upwards from a declaration through its comments and annotations. */
        boolean isExcused(int declarationLine) {
            for (int i = declarationLine - 1; i >= 0; i--) {
                String line = lines.get(i).strip();
                if (isExcuse(line)) {
                    return true;
                }
                boolean above = i < declarationLine - 1;
                if (above
                        && !(line.startsWith("//")
                                || line.startsWith("*")
                                || line.startsWith("/*")
                                || line.startsWith("@"))) {
                    return false;
                }
            }
            return false;
        }

        private static boolean isExcuse(String line) {
            return line.strip().matches("(//|/\\*\\*?|\\*) ?" + EXCUSE + ".*");
        }

        String name() {
            return unit.getSourceFile().getName();
        }
    }

    private static final class Methods extends TreeScanner<Void, Void> {
        private final Source source;
        private final List<String> found;
        private boolean inRecord;

        Methods(Source source, List<String> found) {
            this.source = source;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            boolean outside = inRecord;
            inRecord = type.getKind() == Tree.Kind.RECORD;
            super.visitClass(type, null);
            inRecord = outside;
            return null;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            int first = source.firstLine(method);
            if (!source.isExcused(first)) {
                check(method, first);
            }
            return super.visitMethod(method, null);
        }

        private void check(MethodTree method, int first) {
            int length = source.lastLine(method) - first + 1;
            if (length > METHOD_LINES) {
                add(method, first, length + " lines, more than " + METHOD_LINES);
            }
            // To the parser a compact constructor has the record's components as parameters.
            boolean components = inRecord && method.getName().contentEquals("<init>");
            if (method.getParameters().size() > PARAMETERS && !components) {
                add(method, first, method.getParameters().size() + " parameters, more than " + PARAMETERS);
            }
            Nesting nesting = new Nesting();
            method.accept(nesting, null);
            if (nesting.deepest > NESTING) {
                add(method, first, "blocks nested " + nesting.deepest + " deep, more than " + NESTING);
            }
        }

        private void add(MethodTree method, int line, String what) {
            found.add(source.name() + ":" + line + " " + method.getName() + ": " + what);
        }
    }

    /** An {@code else if} continues its {@code if}; a lambda and a class start anew. */
    private static final class Nesting extends TreeScanner<Void, Void> {
        private int depth;
        private int deepest;

        private void deeper(Runnable inside) {
            depth++;
            deepest = Math.max(deepest, depth);
            inside.run();
            depth--;
        }

        private void anew(Runnable inside) {
            int outside = depth;
            depth = 0;
            inside.run();
            depth = outside;
        }

        @Override
        public Void visitIf(IfTree tree, Void unused) {
            scan(tree.getCondition(), null);
            deeper(() -> scan(tree.getThenStatement(), null));
            if (tree.getElseStatement() instanceof IfTree) {
                scan(tree.getElseStatement(), null);
            } else {
                deeper(() -> scan(tree.getElseStatement(), null));
            }
            return null;
        }

        @Override
        public Void visitForLoop(ForLoopTree tree, Void unused) {
            deeper(() -> super.visitForLoop(tree, null));
            return null;
        }

        @Override
        public Void visitEnhancedForLoop(EnhancedForLoopTree tree, Void unused) {
            deeper(() -> super.visitEnhancedForLoop(tree, null));
            return null;
        }

        @Override
        public Void visitWhileLoop(WhileLoopTree tree, Void unused) {
            deeper(() -> super.visitWhileLoop(tree, null));
            return null;
        }

        @Override
        public Void visitDoWhileLoop(DoWhileLoopTree tree, Void unused) {
            deeper(() -> super.visitDoWhileLoop(tree, null));
            return null;
        }

        @Override
        public Void visitSwitch(SwitchTree tree, Void unused) {
            deeper(() -> super.visitSwitch(tree, null));
            return null;
        }

        @Override
        public Void visitSwitchExpression(SwitchExpressionTree tree, Void unused) {
            deeper(() -> super.visitSwitchExpression(tree, null));
            return null;
        }

        @Override
        public Void visitTry(TryTree tree, Void unused) {
            deeper(() -> super.visitTry(tree, null));
            return null;
        }

        @Override
        public Void visitLambdaExpression(LambdaExpressionTree tree, Void unused) {
            anew(() -> super.visitLambdaExpression(tree, null));
            return null;
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            return null;
        }
    }
}
