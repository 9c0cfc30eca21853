package io.penstock.core.task;

/** A cap on rows per second, named like the instance classes of a cloud service. */
public enum InstanceClass implements Word {
    MICRO("micro"),
    SMALL("small"),
    MEDIUM("medium"),
    LARGE("large"),
    XLARGE("xlarge"),
    XLARGE_2("2xlarge"),
    XLARGE_4("4xlarge"),
    XLARGE_8("8xlarge"),
    XLARGE_16("16xlarge"),
    UNLIMITED("unlimited");

    private final String word;

    InstanceClass(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
