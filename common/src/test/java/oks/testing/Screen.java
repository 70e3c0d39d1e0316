package oks.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * What a terminal shows after these characters: returns, line feeds and "erase to the end of the line" are understood.
 */
public final class Screen {
    private static final char ERASE = '\u0001';

    private Screen() {}

    /** Its lines, without blanks at their ends. */
    public static List<String> of(String written) {
        List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
        int column = 0;
        for (char one : written.replace("\u001b[K", String.valueOf(ERASE)).toCharArray()) {
            StringBuilder line = lines.get(lines.size() - 1);
            if (one == '\r') {
                column = 0;
            } else if (one == '\n') {
                lines.add(new StringBuilder());
                column = 0;
            } else if (one == ERASE) {
                line.setLength(Math.min(line.length(), column));
            } else if (column < line.length()) {
                line.setCharAt(column++, one);
            } else {
                line.append(one);
                column++;
            }
        }
        return lines.stream().map(line -> line.toString().stripTrailing()).toList();
    }
}
