package oks.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.fault.OperatorFault;
import oks.fuzz.FuzzTarget;
import org.apache.commons.io.file.PathUtils;

/** An archive, compressed or not: it is read to its end or refused, and no name in it reaches outside. */
public final class ArchiveTarget implements FuzzTarget {
    private static final int MOST =
            1 << 20; // of an entry, lest a small input that unpacks to gigabytes take all the time

    @Override
    public List<byte[]> seeds() {
        try {
            Path directory = Files.createTempDirectory("oks-fuzz");
            SampleSnapshot snapshot = SampleSnapshot.small(directory);
            List<byte[]> seeds = new ArrayList<>();
            for (Compression compression : Compression.values()) {
                seeds.add(snapshot.archive(compression));
            }
            PathUtils.deleteDirectory(directory);
            return seeds;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void read(byte[] input) {
        try {
            new ArchiveReader(new ByteArrayInputStream(input), "archive", bytes -> {})
                    .visit(new ArchiveReader.Visitor() {
                        @Override
                        public void file(String path, InputStream contents) throws IOException {
                            requireInside(path);
                            contents.readNBytes(MOST);
                        }

                        @Override
                        public void hardLink(String path, String target) {
                            requireInside(path);
                            requireInside(target);
                        }
                    });
        } catch (OperatorFault refused) {
            assertThat(refused.what()).isNotBlank();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireInside(String path) {
        Path below = Path.of("/below");
        Path reached = below.resolve(path).normalize();
        assertThat(reached.startsWith(below) && !reached.equals(below)).as(path).isTrue();
    }
}
