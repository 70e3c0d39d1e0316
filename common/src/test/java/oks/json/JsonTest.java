package oks.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private enum Hold {
        LIMIT,
        CONNECTION
    }

    private record Changes(long durableLsn, long appliedLsn) {}

    private record Part(@OrNull String file, long bytes, Optional<Instant> since) {}

    private record Whole(
            @JsonUnwrapped Changes changes,
            Part recovery,
            List<Part> more,
            List<Long> lengths,
            Optional<Part> replay,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Hold> hold,
            @Line(max = 10) String line,
            @Bounds(min = 1, max = 3) String id,
            @Otherwise("600") @Bounds(min = 1, max = 86_400) Duration max,
            @Otherwise("false") boolean block) {}

    private record Pair(long least, long most) {
        private Pair {
            if (least > most) {
                throw new IllegalArgumentException("the least is above the most");
            }
            if (most == 13) {
                throw WrongMember.of("most", "13", "another number");
            }
        }
    }

    private record Pairs(List<Pair> pairs) {}

    private record Nothing() {}

    private static final String TEXT =
            "{'durable_lsn':1,'applied_lsn':2,'recovery':{'file':null,'bytes':3,'since':'1970-01-01T00:00:00.000000Z'},"
                    + "'more':[{'file':'f','bytes':4,'since':null}],'lengths':[5,6],'replay':null,'hold':'limit','line':'a b','id':'x',"
                    + "'max':7,'block':true}";

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static <T extends Record> T read(String text, Class<T> type) {
        return Json.STANDARD.read(Json.object(json(text)).orElseThrow(), type);
    }

    @Test
    void whatIsReadIsWrittenWithTheSameBytes() {
        Whole whole = read(TEXT, Whole.class);
        assertThat(whole.recovery()).isEqualTo(new Part("", 3, Optional.of(Instant.EPOCH)));
        assertThat(whole.hold()).contains(Hold.LIMIT);
        assertThat(Json.STANDARD.tree(whole)).hasToString(json(TEXT));
    }

    @Test
    void whatMayBeMissingHasItsValueThen() {
        Whole whole = read(TEXT.replace(",'max':7,'block':true", "").replace("'hold':'limit',", ""), Whole.class);
        assertThat(whole.max()).isEqualTo(Duration.ofMinutes(10));
        assertThat(whole.block()).isFalse();
        assertThat(whole.hold()).isEmpty();
        assertThat(Json.STANDARD.tree(whole).has("hold")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'applied_lsn':2                    | 'other':2                 | it lacks 'applied_lsn'",
                "'applied_lsn':2                    | 'applied_lsn':-2          | 'applied_lsn' is -2, but a whole number is expected",
                "'applied_lsn':2                    | 'applied_lsn':null        | 'applied_lsn' is null, but a whole number is expected",
                "'applied_lsn':2                    | 'applied_lsn':'2'         | 'applied_lsn' is '2', but a whole number is expected",
                "'applied_lsn':2                    | 'applied_lsn':2.0         | 'applied_lsn' is 2.0, but a whole number is expected",
                "'applied_lsn':2                    | 'applied_lsn':true        | 'applied_lsn' is true, but a whole number is expected",
                "'bytes':3                          | 'bytes':{}                | 'recovery.bytes' is {}, but a whole number is expected",
                "'bytes':4                          | 'size':4                  | it lacks 'more[0].bytes'",
                "'bytes':4                          | 'bytes':4,'size':4        | it has an unknown member 'more[0].size'",
                "'lengths':[5,6]                    | 'lengths':[5,'6']         | 'lengths[1]' is '6', but a whole number is expected",
                "'lengths':[5,6]                    | 'lengths':[5,null]        | 'lengths[1]' is null, but a whole number is expected",
                "'lengths':[5,6]                    | 'lengths':5               | 'lengths' is 5, but a list is expected",
                "'lengths':[5,6]                    | 'lengths':''              | 'lengths' is '', but a list is expected",
                "'lengths':[5,6]                    | 'lengths':null            | 'lengths' is null, but a list is expected",
                "'more':[                           | 'more':[null,             | 'more[0]' is null, but an object is expected",
                "'more':[                           | 'more':['',               | 'more[0]' is '', but an object is expected",
                "'replay':null                      | 'replay':[]               | 'replay' is [], but an object is expected",
                "'replay':null                      | 'replay':{}               | it lacks 'replay.bytes'",
                "'since':null                       | 'since':'yesterday'       | 'more[0].since' is 'yesterday', but a time such as '2026-11-22T10:49:02Z' is expected",
                "'hold':'limit'                     | 'hold':'LIMIT'            | 'hold' is 'LIMIT', but 'limit' or 'connection' is expected",
                "'hold':'limit'                     | 'hold':0                  | 'hold' is 0, but 'limit' or 'connection' is expected",
                "'hold':'limit'                     | 'hold':null               | 'hold' is null, but 'limit' or 'connection' is expected",
                "'line':'a b'                       | 'line':'a\\u2028b'        | 'line' is 'a\u2028b', but one line of 1 to 10 bytes of UTF-8 is expected",
                "'line':'a b'                       | 'line':' '                | 'line' is ' ', but one line of 1 to 10 bytes of UTF-8 is expected",
                "'id':'x'                           | 'id':'wxyz'               | 'id' is 'wxyz', but a text of 1 to 3 characters is expected",
                "'id':'x'                           | 'id':7                    | 'id' is 7, but a text of 1 to 3 characters is expected",
                "'max':7                            | 'max':86401               | 'max' is 86401, but a whole number from 1 to 86400 is expected",
                "'max':7                            | 'max':99999999999999999999 | 'max' is 99999999999999999999, but a whole number from 1 to 86400 is expected",
                "'max':7                            | 'max':null                | 'max' is null, but a whole number from 1 to 86400 is expected",
                "'block':true                       | 'block':'true'            | 'block' is 'true', but true or false is expected",
                "'block':true                       | 'block':1                 | 'block' is 1, but true or false is expected",
            })
    void whatIsWrongIsNamedWithWhatIsExpected(String from, String to, String said) {
        assertThat(TEXT).contains(from);
        WrongMember wrong = catchThrowableOfType(WrongMember.class, () -> read(TEXT.replace(from, to), Whole.class));
        assertThat(wrong).hasMessage(json(said));
    }

    /** Jackson takes bytes like these for UTF-32. */
    @Test
    void bytesThatAreNoCharactersAreNoObject() {
        for (byte[] bytes : List.of(
                new byte[] {0, 0, 0, '{', 0x7f, 0, 0, 0}, new byte[] {'{', 0, 0, 0, 0, 0, 0, 0x7f}, new byte[] {-1})) {
            assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> Json.object(bytes)))
                    .isNotNull();
        }
    }

    @Test
    void anUnknownMemberIsRefusedOrLeftAside() {
        String text = json("{'pairs':[{'least':1,'most':2,'mean':1}],'of':3}");
        assertThat(Json.STANDARD.readKnown(Json.object(text).orElseThrow(), Pairs.class))
                .isEqualTo(new Pairs(List.of(new Pair(1, 2))));
        assertThat(catchThrowableOfType(WrongMember.class, () -> read(text, Pairs.class)))
                .hasMessage(json("it has an unknown member 'pairs[0].mean'"));
        assertThat(catchThrowableOfType(WrongMember.class, () -> read("{'x':1}", Nothing.class)))
                .hasMessage(json("it has an unknown member 'x'"));
    }

    @Test
    void aRecordSaysItselfWhatIsWrongWithItsValues() {
        assertThat(catchThrowableOfType(
                        WrongMember.class, () -> read("{'pairs':[{'least':1,'most':13}]}", Pairs.class)))
                .hasMessage(json("'pairs[0].most' is '13', but another number is expected"));
        assertThat(catchThrowableOfType(
                        IllegalArgumentException.class, () -> read("{'pairs':[{'least':2,'most':1}]}", Pairs.class)))
                .hasMessage("the least is above the most");
    }

    @Test
    void aForeignNameOrValueIsCutShortAndCannotCommandATerminal() {
        String name = "\u001b[2J".repeat(100);
        assertThat(catchThrowableOfType(
                        WrongMember.class,
                        () -> Json.STANDARD.read(Json.object().put(name, 1), Nothing.class)))
                .hasMessage("it has an unknown member \"" + "\\u001b[2J".repeat(10) + "…\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "7", "[]", "{", "{} {}", "{'a':1,'a':1}", "{'a':01}", "{a:1}", "{'a':NaN}"})
    void whatIsNotOneObjectIsNone(String text) {
        assertThat(Json.object(json(text))).isEmpty();
        assertThat(catchThrowableOfType(
                        IllegalArgumentException.class,
                        () -> Json.object(json(text).getBytes(StandardCharsets.UTF_8))))
                .isNotNull();
    }
}
