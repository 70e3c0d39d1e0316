package oks.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateMerge;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.KeyId;
import oks.openpgp.Limits;
import oks.openpgp.ParsedUpload;
import oks.openpgp.Policy;
import oks.openpgp.UploadParser;
import oks.service.Asker;
import oks.service.ServiceAnswer;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Detail;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceAnswer.LeftOut;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;
import oks.service.ServiceRequest.Lookup;
import oks.service.ServiceRequest.Upload;
import oks.testing.SampleCertificates;

/** Answers like oksd, out of memory: behind a real socket it lets the gateway be tested by itself. */
final class MemoryKeyserver implements ServiceHandler {
    private static final String STATUS = """
            {"program":"oksd","version":"2.0.0","pid":77,"database":"sample","database_id":"5b9e7f2a-0c41-4f0e-9a53-0f6f3f0e9d11","timeline":1,"holders":[],"digest":"","chain":"","state":"%s","reason":"disk /secret is full","since":"2026-11-22T10:49:02Z",
             "certificates":%d,"durable_lsn":%d,"applied_lsn":12,"flushed_lsn":10,"archived_lsn":8,"recovery":{"directory":"/secret/place",
             "file":"sample.recovery","ordinal":42,"bytes":4096,"changes":12,"not_archived_bytes":1234},
             "archive_verified":"2026-11-22T03:00:00.5Z","uploads":{"new":1,"merged":2,"unchanged":3,"refused":4},"started":"2026-11-22T10:49:02Z","configuration":"/etc/x"}""";

    private final UploadParser parser = new UploadParser(Limits.standard(), Policy.standard());
    private final Map<Fingerprint, Found> stored = new LinkedHashMap<>();
    private Optional<ServiceAnswer> instead = Optional.empty();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;
    private Certificates large = new Certificates(0, List.of());
    private long lsn;

    /** The status of an oksd in this state. */
    static ServiceAnswer.Status status(String state, long certificates, long lsn) {
        return new ServiceAnswer.Status(String.format(Locale.ROOT, STATUS, state, certificates, lsn));
    }

    /** Stores bytes as they are, so that tests can have what an upload would not bring in. */
    synchronized void put(byte[] certificate) {
        Certificate canonical = parser.parse(certificate).accepted().stream()
                .findFirst()
                .map(ParsedUpload.Accepted::certificate)
                .orElseGet(() -> Certificate.ofStored(certificate));
        lsn++;
        stored.put(canonical.fingerprint(), new Found(lsn, lsn, canonical.bytes()));
    }

    /** Stores bytes with signatures by others, which an upload would not bring in. */
    synchronized void putWhole(byte[] certificate) {
        Certificate whole = Certificate.ofStored(certificate);
        lsn++;
        stored.put(whole.fingerprint(), new Found(lsn, lsn, whole.bytes()));
    }

    /** Finds so many certificates of so many bytes for the word "large". */
    synchronized void putLarge(int certificates, int bytes) {
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < certificates; i++) {
            found.add(new Found(i + 1, i + 1, Arrays.copyOf(SampleCertificates.certificate(1), bytes)));
        }
        large = new Certificates(certificates, found);
    }

    /** Answers everything with this from now on. */
    synchronized void answerInstead(ServiceAnswer answer) {
        instead = Optional.ofNullable(answer);
    }

    /** Answers nothing until {@link #answerHeld}. */
    synchronized void hold() {
        holding = true;
    }

    /** How many requests wait for {@link #answerHeld}. */
    synchronized int held() {
        return held.size();
    }

    synchronized void answerHeld() {
        holding = false;
        held.forEach(Runnable::run);
        held.clear();
    }

    @Override
    public synchronized void handle(ServiceRequest request, Asker reply) {
        if (holding && request.kind() != ServiceRequest.Kind.STATUS) { // asked for by the gateway itself, too
            held.add(() -> answer(request, reply));
        } else {
            answer(request, reply);
        }
    }

    private void answer(ServiceRequest request, Asker reply) {
        reply.accept(instead.orElseGet(() -> switch (request.kind()) {
            case LOOKUP -> lookup((Lookup) request);
            case UPLOAD -> upload((Upload) request);
            case CHANGED -> changed((ServiceRequest.Changed) request);
            case STATUS -> status("running", stored.size(), lsn);
        }));
    }

    private ServiceAnswer lookup(Lookup lookup) {
        if (lookup.by() == ServiceRequest.By.WORDS && lookup.text().equals("large")) {
            return large;
        }
        Predicate<Certificate> wanted = wanted(lookup);
        List<Found> found = stored.values().stream()
                .filter(one -> wanted.test(Certificate.ofStored(one.certificate())))
                .sorted(Comparator.comparingLong(Found::lsn).reversed())
                .toList();
        return new Certificates(
                found.size(),
                found.stream().skip(lookup.skip()).limit(lookup.limit()).toList());
    }

    private static Predicate<Certificate> wanted(Lookup lookup) {
        return switch (lookup.by()) {
            case FINGERPRINT ->
                one -> {
                    IndexTerms terms = IndexTerms.of(one);
                    Fingerprint fingerprint = Fingerprint.of(lookup.value());
                    return terms.primary().equals(fingerprint)
                            || terms.subkeys().contains(fingerprint);
                };
            case KEY_ID ->
                one -> IndexTerms.of(one)
                        .keyIds()
                        .contains(KeyId.parse(HexFormat.of().withUpperCase().formatHex(lookup.value())));
            case EMAIL -> one -> hasEmail(one, lookup);
            case WORDS ->
                one -> IndexTerms.of(one).words().containsAll(IndexTerms.wordsOf(lookup.text()))
                        && (lookup.domains().isEmpty()
                                || IndexTerms.of(one).emails().stream()
                                        .anyMatch(email -> lookup.domains().stream()
                                                .anyMatch(domain -> email.endsWith("@" + domain))));
            case SKS_HASH -> one -> Arrays.equals(IndexTerms.of(one).sksHash(), lookup.value());
            case IDENTITY ->
                one -> hasEmail(one, lookup)
                        || CertificateDescription.of(one).userIds().stream()
                                .anyMatch(id -> IndexTerms.areAlike(id.text(), lookup.text()));
        };
    }

    private static boolean hasEmail(Certificate one, Lookup lookup) {
        return IndexTerms.emailOf(lookup.text())
                .filter(IndexTerms.of(one).emails()::contains)
                .isPresent();
    }

    private ServiceAnswer changed(ServiceRequest.Changed changed) {
        List<byte[]> all = changed.day() == 0
                ? stored.keySet().stream().map(Fingerprint::bytes).toList()
                : List.of();
        return new ServiceAnswer.Fingerprints(all.size(), all.subList(0, Math.min(all.size(), changed.limit())));
    }

    private ServiceAnswer upload(Upload upload) {
        ParsedUpload parsed = parser.parse(upload.body());
        List<UploadResult> results = new ArrayList<>();
        for (ParsedUpload.Accepted accepted : parsed.accepted()) {
            results.add(store(accepted.certificate(), detail(accepted)));
        }
        for (ParsedUpload.Refused refused : parsed.refused()) {
            results.add(new UploadResult(Outcome.REFUSED, refused.reason().code(), new byte[0], 0, refused.text()));
        }
        return new Uploaded(results);
    }

    private static Detail detail(ParsedUpload.Accepted accepted) {
        List<String> userIds = accepted.certificate().userIds();
        return new Detail(
                accepted.dropped().stream()
                        .map(one -> new LeftOut(one.rule().code(), one.signatures(), one.count()))
                        .limit(255)
                        .toList(),
                accepted.dropped().stream()
                        .map(ParsedUpload.Dropped::line)
                        .limit(Detail.MOST_EXAMPLES)
                        .toList(),
                userIds.size(),
                userIds.stream().limit(Detail.MOST_NAMED).toList());
    }

    private UploadResult store(Certificate incoming, Detail detail) {
        Found before = stored.get(incoming.fingerprint());
        Certificate merged = before == null
                ? incoming
                : CertificateMerge.merge(Certificate.ofStored(before.certificate()), incoming);
        byte[] fingerprint = incoming.fingerprint().bytes();
        if (before != null && Arrays.equals(merged.bytes(), before.certificate())) {
            return new UploadResult(Outcome.UNCHANGED, 0, fingerprint, 0, "", detail);
        }
        lsn++;
        stored.put(incoming.fingerprint(), new Found(lsn, lsn, merged.bytes()));
        return new UploadResult(before == null ? Outcome.NEW : Outcome.MERGED, 0, fingerprint, lsn, "", detail);
    }

    /** Fingerprints of all that is stored. */
    synchronized Set<Fingerprint> fingerprints() {
        return new HashSet<>(stored.keySet());
    }
}
