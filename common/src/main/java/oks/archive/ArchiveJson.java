package oks.archive;

import java.time.Instant;
import oks.json.Json;
import oks.json.Scalar;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.Lsn;

/** JSON as archives and the files beside them have it. */
final class ArchiveJson {
    /** For records that hold hashes, digests and LSNs; their times are as short as they can be. */
    static final Json JSON = Json.with(
            Scalar.text(Hash.class, "64 hexadecimal digits", Hash::parse, Hash::hex),
            Scalar.text(Digest.class, "64 hexadecimal digits", Digest::parse, Digest::hex),
            Scalar.number(Lsn.class, "an LSN from 0 to " + Lsn.LAST, 0, Lsn.LAST, Lsn::new, Lsn::number),
            Scalar.text(Instant.class, Scalar.TIME, Instant::parse, Instant::toString));

    private ArchiveJson() {}
}
