package oks.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.json.WrongMember;

/** Reads the results of commands, for programs that ask oksd. */
public final class Results {
    private Results() {}

    /**
     * A result as a record; members that the record has not are left aside.
     *
     * @param of what it is the result of, for messages, such as "status"
     * @throws OperatorFault FAILED if a member is missing or of another type
     */
    public static <T extends Record> T read(String of, ObjectNode result, Class<T> type) {
        try {
            return Json.STANDARD.readKnown(result, type);
        } catch (WrongMember wrong) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "oksd's answer \"%s\" has %s as its member \"%s\", but %s is expected",
                            wrong.object().isEmpty() ? of : of + "." + wrong.object(),
                            wrong.value(),
                            wrong.name(),
                            wrong.expected())
                    .next("use programs of the same release as oksd: compare %s with its log", Advice.version());
        }
    }
}
