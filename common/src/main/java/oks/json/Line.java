package oks.json;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** A text that is one line when it is read; see {@link LineRule}. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Line {
    /** The most bytes of UTF-8. */
    int max();
}
