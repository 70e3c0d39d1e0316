package oks.json;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** The value of a member that is missing when it is read; others must be there, unless they are {@code Optional}. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Otherwise {
    /** The value as JSON has it, a text without its quotes: {@code 600}, {@code false}, {@code limit}. */
    String value();
}
