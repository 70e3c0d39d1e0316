package oks.json;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** The least and the greatest that a member may be when it is read: a number, or how many characters a text has. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Bounds {
    /** The least. */
    long min() default 0;

    /** The greatest. */
    long max() default Long.MAX_VALUE;
}
