package oks.oksd.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import oks.control.ControlStatus;
import oks.oksd.LoggedLines;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryFileName;
import org.junit.jupiter.api.Test;

final class ReplayProgressTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:49:02Z");
    private static final RecoveryFileName FILE = new RecoveryFileName("sample", TIME, 42);

    @Test
    void aLongReplayIsToldNowAndThenAndAShortOneNever() throws IOException {
        AtomicLong nanos = new AtomicLong(1);
        List<Group> replayed = new ArrayList<>();
        ReplayProgress progress = new ReplayProgress(replayed::add, 5000, told -> {}, nanos::get);
        try (LoggedLines log = new LoggedLines(ReplayProgress.class)) {
            for (long lsn = 1; lsn <= 25; lsn++) {
                progress.visit(group(lsn));
                nanos.addAndGet(ReplayProgress.INTERVAL.toNanos() / 10);
            }
            assertThat(log.lines())
                    .containsExactly(
                            "replaying: changes so far: 11, up to LSN 11, in recovery file \"" + FILE + "\"",
                            "replaying: changes so far: 21, up to LSN 21, in recovery file \"" + FILE + "\"");
        }
        assertThat(replayed).hasSize(25);
    }

    @Test
    void eachGroupTellsHowManyBytesOfAllFilesWereRead() throws IOException {
        List<ControlStatus.Replay> told = new ArrayList<>();
        ReplayProgress progress = new ReplayProgress(group -> {}, 11_000, told::add, () -> 1);
        progress.passed(group(FILE, 4500, 1));
        progress.visit(group(FILE, 5000, 2));
        progress.visit(group(FILE.next(TIME), 4400, 3));
        progress.visit(group(FILE.next(TIME), 7000, 4));
        assertThat(told)
                .containsExactly(
                        new ControlStatus.Replay(1, 4500, 11_000),
                        new ControlStatus.Replay(2, 5000, 11_000),
                        new ControlStatus.Replay(3, 9400, 11_000),
                        new ControlStatus.Replay(4, 11_000, 11_000)); // never more than there is
    }

    private static Group group(long lsn) {
        return group(FILE, 5000, lsn);
    }

    private static Group group(RecoveryFileName file, long length, long lsn) {
        Change point =
                new Change.Put(new Lsn(lsn), TIME, new byte[20], new byte[] {1}, "test", Change.Replaced.NOTHING);
        return new Group(List.of(point), new LogPosition(file, length, new Lsn(lsn), Hash.ZERO, Digest.EMPTY), TIME);
    }
}
