package oks.cli;

/** A command whose standard output may be data: what there is to say, a fault too, goes to standard error then. */
public interface DataCommand {
    /** Whether standard output is data, by the options that were given. */
    boolean writesData();
}
