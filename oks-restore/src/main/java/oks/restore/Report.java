package oks.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What a command tells at its end, for people and for programs. */
interface Report {
    List<String> lines();

    ObjectNode json();

    /** What an operator should know although the command succeeded. */
    List<String> warnings();
}
