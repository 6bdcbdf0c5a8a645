package dev.twotower.eval.falsenegatives;

import com.fasterxml.jackson.databind.util.StdConverter;
import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.MaskSet;

/** Reads from JSON what is stored there in the form of flags. */
public final class Texts {
  private Texts() {}

  /** Reads a layout. */
  public static final class ToLayout extends StdConverter<String, Layout> {
    @Override
    public Layout convert(String text) {
      return Layout.parse(text);
    }
  }

  /** Reads masks. */
  public static final class ToMasks extends StdConverter<String, MaskSet> {
    @Override
    public MaskSet convert(String text) {
      return MaskSet.parse(text);
    }
  }
}
