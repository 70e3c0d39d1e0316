package oks.oksd.serve;

import java.util.Optional;
import oks.oksd.writer.SubmissionResult;
import oks.openpgp.Fingerprint;
import oks.service.ServiceAnswer.Detail;

/**
 * One line of an upload's answer.
 *
 * @param subject the fingerprint; empty when none could be read
 * @param detail what was kept and what was left out
 */
record UploadLine(Optional<Fingerprint> subject, SubmissionResult outcome, Detail detail) {}
