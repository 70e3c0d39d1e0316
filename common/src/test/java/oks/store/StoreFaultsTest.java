package oks.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;

/** Advice that depends on the text of RocksDB, with texts that RocksDB 11.8.1 gave. */
final class StoreFaultsTest {
    private static final Path STORE = Path.of("/srv/oks/db/store");

    private static OperatorFault notOpened(String said) {
        return StoreFaults.notOpened(STORE, new RocksDBException(said));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "While open a file for appending: /srv/oks/db/store/LOG: Permission denied",
                "While renaming a file to /srv/oks/db/store/LOG.old.1796068176249438: /srv/oks/db/store/LOG: Permission denied"
            })
    void aStoreOfAnotherUserIsToBeGivenToTheUserThatRunsOksd(String said) {
        OperatorFault fault = notOpened(said);
        assertThat(fault.code()).isEqualTo(ExitCode.FAILED);
        assertThat(fault.next())
                .isEqualTo("make everything in it belong to the user that runs oksd, for example with "
                        + "\"chown -R oks: /srv/oks/db\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"While open a file for appending: /srv/oks/db/store/LOG: No space left on device"})
    void anotherFaultOfTheDiskIsNoMatterOfUsers(String said) {
        assertThat(notOpened(said).next()).startsWith("look at the disk").doesNotContain("chown");
    }
}
