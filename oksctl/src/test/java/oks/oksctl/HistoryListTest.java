package oks.oksctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HistoryListTest {
    @Test
    void everyVersionSaysWhenHowAndWhatChanged() throws IOException {
        ObjectNode result = (ObjectNode) new ObjectMapper().readTree("""
                {"fingerprint":"AB","stored_lsn":null,"missing":[3],"notes":["recovery file \\"x\\" is damaged"],"versions":[
                {"lsn":7,"time":"2026-11-22T10:49:02.5Z","kind":"put","origin":"hkp","bytes":300,"file":"f",
                 "parts_added":["user ID \\"A\\"","1 signature on primary key"],"parts_removed":["subkey CD"]},
                {"lsn":8,"time":"2026-11-22T10:50:02Z","kind":"put","origin":null,"bytes":301,"file":null},
                {"lsn":9,"time":"2026-11-22T10:51:02Z","kind":"delete","by":"root (uid 0)","reason":"asked","blocked":true,
                 "removed_lsn":8,"file":"f"},
                {"lsn":10,"time":"2026-11-22T10:52:02Z","kind":"delete","by":"root (uid 0)","reason":"asked","blocked":false,
                 "removed_lsn":null,"file":"f"}]}""");
        assertThat(String.join("\n", HistoryList.of(result))).isEqualTo("""
                LSN 7  2026-11-22T10:49:02Z  hkp, 300 bytes
                    + user ID "A"
                    + 1 signature on primary key
                    - subkey CD
                LSN 8  2026-11-22T10:50:02Z  301 bytes
                LSN 9  2026-11-22T10:51:02Z  deleted and blocked by root (uid 0): asked
                LSN 10  2026-11-22T10:52:02Z  unblocked; had been deleted by root (uid 0): asked
                older versions are in no recovery file here: LSN 3
                recovery file "x" is damaged
                not in the database now""");
    }
}
