package io.penstock.bench.report;

/** Median, smallest and largest of some figures; NaN when there are none. */
public record Spread(double median, double least, double most) {
    static Spread of(double[] ascending) {
        int count = ascending.length;
        if (count == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        double median = (ascending[(count - 1) / 2] + ascending[count / 2]) / 2;
        return new Spread(median, ascending[0], ascending[count - 1]);
    }
}
