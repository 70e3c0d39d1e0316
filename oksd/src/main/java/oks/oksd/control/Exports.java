package oks.oksd.control;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import oks.control.ControlPeer;
import oks.control.ControlRequest;
import oks.control.ControlResults;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.HardRevoked;
import oks.store.CertificateStore;
import oks.store.StoreView;
import oks.store.StoredCertificate;

/**
 * Exports of certificates, as they were when the export began: a page per command, so that a slow reader holds up
 * nobody. An export ends with its last page or its connection. Any thread.
 */
final class Exports implements AutoCloseable {
    private static final int MAX_OPEN = 8;
    private static final int PAGE_BYTES = 4 << 20;
    private static final int PAGE_LOOKED = 100_000;

    private final CertificateStore store;
    private final Supplier<HardRevoked> given;

    @GuardedBy("this") private final Map<String, Export> open = new HashMap<>();

    @GuardedBy("this") private long lastId;

    @GuardedBy("this") private boolean closed;

    /** @param given what it holds of certificates that their owners revoked for good */
    private record Export(StoreView view, ControlRequest.Export wanted, HardRevoked given) {
        byte[] content(StoredCertificate stored) {
            return given.given(stored.content());
        }

        boolean wants(StoredCertificate stored) {
            return stored.lsn().number() > wanted.sinceLsn()
                    && wanted.since()
                            .map(since -> !stored.modified().isBefore(since))
                            .orElse(true);
        }
    }

    /** @param given what is given out of certificates that their owners revoked for good, now */
    Exports(CertificateStore store, Supplier<HardRevoked> given) {
        this.store = store;
        this.given = given;
    }

    /** Begins an export. */
    synchronized ControlResults.Export begin(ControlRequest.Export wanted, ControlPeer peer) {
        requireOpen();
        if (open.size() >= MAX_OPEN) {
            throw later(MAX_OPEN + " exports are going on already");
        }
        String id = "export-" + ++lastId;
        StoreView view = store.view();
        open.put(id, new Export(view, wanted, wanted.whole() ? HardRevoked.ALL : given.get()));
        peer.onClose(() -> end(id));
        return new ControlResults.Export(
                id, view.position().last().number(), view.position().digest().hex(), view.certificates());
    }

    /** Hands out the next page; the last one ends the export. */
    synchronized ControlResults.ExportPage next(String id) {
        requireOpen(); // a stop in the middle of an export is no fault of who asks for its next page
        Export export = open.get(id);
        if (export == null) {
            throw OperatorFault.of(ExitCode.FAILED, "there is no export \"%s\"", id)
                    .kept("nothing was changed")
                    .next("begin one with command \"export\" on the same connection");
        }
        StoreView.Page page = export.view().next(PAGE_BYTES, PAGE_LOOKED, export::wants);
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        List<Integer> lengths = new ArrayList<>();
        for (StoredCertificate stored : page.certificates()) {
            byte[] content = export.content(stored);
            packets.writeBytes(content);
            lengths.add(content.length);
        }
        if (page.last()) {
            end(id);
        }
        return new ControlResults.ExportPage(lengths, page.looked(), page.last(), packets.toByteArray());
    }

    @GuardedBy("this") private void requireOpen() {
        if (closed) {
            throw later("oksd is stopping");
        }
    }

    private static OperatorFault later(String why) {
        return OperatorFault.of(ExitCode.BUSY, "%s", why)
                .kept("nothing was changed")
                .next("try again later");
    }

    private synchronized void end(String id) {
        Export export = open.remove(id);
        if (export != null) {
            export.view().close();
        }
    }

    /** Ends every export; afterwards nothing reads the store. */
    @Override
    public synchronized void close() {
        closed = true;
        open.values().forEach(export -> export.view().close());
        open.clear();
    }
}
