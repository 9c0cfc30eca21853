package io.penstock.destination.schema;

import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.CompositeType;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.core.schema.TypeDefinition.RangeType;
import java.util.ArrayList;
import java.util.List;

/** What two types of one name must share so that values of one fit the other: {@code typtype}, then what it is made of. Pure. */
final class TypeSignature {
    private TypeSignature() {}

    static List<String> of(TypeDefinition type) {
        List<String> signature = new ArrayList<>();
        if (type instanceof EnumType e) {
            signature.add("e");
            signature.addAll(e.labels());
        } else if (type instanceof DomainType d) {
            signature.add("d");
            signature.add(d.baseType());
        } else if (type instanceof RangeType r) {
            signature.add("r");
            signature.add(r.subtype());
        } else if (type instanceof CompositeType c) {
            signature.add("c");
            c.attributes().forEach(a -> signature.add(a.name() + " " + a.type()));
        }
        return signature;
    }
}
