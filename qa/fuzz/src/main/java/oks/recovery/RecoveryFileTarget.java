package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import oks.fault.OperatorFault;
import oks.fuzz.FuzzTarget;
import oks.testing.FaultyDisk;

/** A recovery file: it is read to an end, or refused with words for an operator. */
public final class RecoveryFileTarget implements FuzzTarget {
    @Override
    public List<byte[]> seeds() {
        FaultyDisk disk = new FaultyDisk(1);
        try {
            RecoveryFixtures.write(disk);
            return RecoveryFixtures.files(disk).stream().map(disk::bytes).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void read(byte[] input) {
        FaultyDisk disk = new FaultyDisk(1);
        Path file = RecoveryFixtures.DIRECTORY.resolve("sample-202611221049020000000001.recovery");
        disk.put(file, input);
        try (RecoveryReader reader = RecoveryFile.reader(disk, file)) {
            long changes = 0;
            for (Optional<Group> group = reader.next(); group.isPresent(); group = reader.next()) {
                changes += group.get().changes().size();
            }
            assertThat(changes).isLessThanOrEqualTo(input.length / RecoveryFormat.FRAME_HEADER);
            assertThat(reader.end().position().length()).isLessThanOrEqualTo(input.length);
        } catch (OperatorFault refused) {
            assertThat(refused.what()).contains("recovery file");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
