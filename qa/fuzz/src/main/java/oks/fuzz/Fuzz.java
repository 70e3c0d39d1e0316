package oks.fuzz;

/** What Jazzer calls; {@code --target_args} names the target. The fuzzer allows no other way than a static method. */
public final class Fuzz {
    private static FuzzTarget target;

    private Fuzz() {}

    /** Called once, before the first input. */
    public static void fuzzerInitialize(String[] args) {
        target = Target.of(args[0]).make();
    }

    /** Called for each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        target.read(input);
    }
}
