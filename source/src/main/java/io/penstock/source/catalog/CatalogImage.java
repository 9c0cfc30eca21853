package io.penstock.source.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.schema.Catalog;

/** Reads a catalog image as {@code penstock.describe} makes it at the source. Pure. */
public final class CatalogImage {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private CatalogImage() {}

    /**
     * The definitions in an image, equal to what {@link CatalogReader} would have read at that moment.
     *
     * @throws PenstockException PROTOCOL when the text is no image
     */
    public static Catalog parse(String json) {
        try {
            return CatalogReader.related(new ImageRows(MAPPER.readTree(json)), CatalogScope.NOTHING);
        } catch (JsonProcessingException e) {
            throw new PenstockException(ErrorKind.PROTOCOL, "A catalog image from the source cannot be read.", e);
        }
    }
}
