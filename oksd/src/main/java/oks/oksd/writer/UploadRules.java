package oks.oksd.writer;

import oks.config.OksdSettings;
import oks.openpgp.Limits;
import oks.openpgp.Policy;
import oks.openpgp.ThirdParty;
import oks.openpgp.WeakHashes;

/** The rules for uploads, as the settings say them. */
public final class UploadRules {
    private UploadRules() {}

    /** The limits that these settings make. */
    public static Limits limits(OksdSettings.Upload upload) {
        return new Limits(
                upload.maxBytes(),
                upload.maxCertificate(),
                upload.maxPacket(),
                upload.maxSignature(),
                upload.maxUserId(),
                upload.maxUserAttribute(),
                upload.maxUserIds(),
                upload.maxSubkeys(),
                upload.maxCertificates(),
                upload.maxCertificateCost(),
                upload.maxCost());
    }

    /** The policy that these settings make. */
    public static Policy policy(OksdSettings.Upload upload, boolean verify) {
        ThirdParty thirdParty = switch (upload.thirdParty()) {
            case NONE -> ThirdParty.NONE;
            case ATTESTED -> ThirdParty.ATTESTED;
            case ALL -> ThirdParty.ALL;
        };
        WeakHashes weakHashes = switch (upload.weakHashes()) {
            case NONE -> WeakHashes.NONE;
            case SHA1 -> WeakHashes.SHA1;
            case MD5 -> WeakHashes.MD5;
        };
        return new Policy(thirdParty, upload.acceptVersion3(), verify, weakHashes);
    }
}
