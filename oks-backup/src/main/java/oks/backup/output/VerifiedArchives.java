package oks.backup.output;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import oks.archive.Manifest;
import oks.cli.CommonOptions;
import oks.cli.ControlProgress;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells oksd of archives that were verified, so that its status and the gateways' figures say how old the newest one
 * is.
 */
public final class VerifiedArchives {
    private static final Logger LOG = LoggerFactory.getLogger(VerifiedArchives.class);

    private VerifiedArchives() {}

    /**
     * Tells the oksd that the options name, if it can be reached and the archives are of its database: they are good
     * anyway.
     */
    public static void tell(CommonOptions options, List<Manifest> verified) {
        if (verified.isEmpty()) {
            return;
        }
        try (ControlClient oksd = options.connect();
                ControlProgress progress = options.controlProgress()) {
            ControlStatus status = ControlStatus.fromJson(oksd.call(new ControlRequest.Status(), progress))
                    .afterStart();
            Optional<Instant> newest = verified.stream()
                    .filter(manifest -> isOf(status, manifest))
                    .map(Manifest::created)
                    .max(Comparator.naturalOrder());
            newest.ifPresent(begun -> oksd.call(new ControlRequest.ArchiveVerified(begun), progress));
        } catch (OperatorFault fault) {
            if (fault.code() == ExitCode.UNREACHABLE) {
                LOG.debug("oksd was not told which archive is verified: {}", fault.what());
            } else {
                LOG.warn("oksd was not told which archive is verified: {}", fault.what());
            }
        }
    }

    /** An archive of a timeline that was left behind does not hold what is acknowledged now. */
    private static boolean isOf(ControlStatus status, Manifest manifest) {
        return manifest.state().identity().database().equals(status.identity().id())
                && manifest.state().identity().timeline().number()
                        == status.identity().timeline();
    }
}
