package io.penstock.core.script;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.DmlKind;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The table a script is translated for, and what its variables mean there. Immutable.
 *
 * @param database the value of {@code __DB__}
 * @param name its table is the value of {@code __TB__}
 * @param columns column to type, in the table's order, types as {@code format_type} writes them at the server that will run the SQL
 * @param operation the value of {@code __OPERATION__}, where one translation serves one operation only: conditions on it are decided now
 * @param operationSql otherwise SQL of it: an expression of type text that gives INSERT, UPDATE or DELETE
 * @param commitTimestampSql SQL of {@code __COMMIT_TIMESTAMP__}: an expression of type timestamp with time zone
 * @param zone in which dates and times of the script without a zone of their own are meant
 */
public record ScriptTable(
        String database,
        QualifiedName name,
        Map<String, String> columns,
        Optional<DmlKind> operation,
        String operationSql,
        String commitTimestampSql,
        ZoneId zone) {
    public ScriptTable {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /** Every row is an INSERT of no known commit, times are UTC: right for the full phase. */
    public static ScriptTable of(String database, QualifiedName name, Map<String, String> columns) {
        return new ScriptTable(
                database,
                name,
                columns,
                Optional.of(DmlKind.INSERT),
                "NULL",
                "CAST(NULL AS timestamptz)",
                ZoneOffset.UTC);
    }

    public ScriptTable withOperation(DmlKind known) {
        return new ScriptTable(database, name, columns, Optional.of(known), operationSql, commitTimestampSql, zone);
    }

    public ScriptTable withOperationSql(String sql) {
        return new ScriptTable(database, name, columns, Optional.empty(), sql, commitTimestampSql, zone);
    }

    public ScriptTable withCommitTimestampSql(String sql) {
        return new ScriptTable(database, name, columns, operation, operationSql, sql, zone);
    }

    public ScriptTable withZone(ZoneId other) {
        return new ScriptTable(database, name, columns, operation, operationSql, commitTimestampSql, other);
    }
}
