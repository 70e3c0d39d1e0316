package oks.fuzz;

import java.util.Locale;
import java.util.function.Supplier;
import oks.archive.ArchiveTarget;
import oks.archive.ManifestTarget;
import oks.config.ConfigTarget;
import oks.control.ControlTarget;
import oks.http.HttpTarget;
import oks.openpgp.KeyringTarget;
import oks.openpgp.UploadTarget;
import oks.openpgp.WordsTarget;
import oks.recovery.ChangeTarget;
import oks.recovery.RecoveryFileTarget;
import oks.service.FrameTarget;

/** All targets by name. */
enum Target {
    UPLOAD(UploadTarget::new),
    KEYRING(KeyringTarget::new),
    WORDS(WordsTarget::new),
    RECOVERY(RecoveryFileTarget::new),
    CHANGE(ChangeTarget::new),
    ARCHIVE(ArchiveTarget::new),
    MANIFEST(ManifestTarget::new),
    SERVICE(FrameTarget::new),
    CONTROL(ControlTarget::new),
    CONFIG(ConfigTarget::new),
    HTTP(HttpTarget::new);

    private final Supplier<FuzzTarget> maker;

    Target(Supplier<FuzzTarget> maker) {
        this.maker = maker;
    }

    FuzzTarget make() {
        return maker.get();
    }

    /** As the command line says it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Target of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
