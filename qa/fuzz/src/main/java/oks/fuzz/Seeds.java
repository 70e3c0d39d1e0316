package oks.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code Seeds}: prints the names of all targets. {@code Seeds TARGET DIRECTORY}: writes the target's seeds there, a
 * file each.
 */
public final class Seeds {
    private Seeds() {}

    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            for (Target target : Target.values()) {
                System.out.println(target.word());
            }
            return;
        }
        List<byte[]> seeds = Target.of(args[0]).make().seeds();
        for (int number = 0; number < seeds.size(); number++) {
            Files.write(Path.of(args[1]).resolve("seed-" + number), seeds.get(number));
        }
    }
}
