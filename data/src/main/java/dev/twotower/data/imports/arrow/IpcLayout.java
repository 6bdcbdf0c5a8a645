package dev.twotower.data.imports.arrow;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * How the values of a type lie in memory.
 *
 * @param bits of a value, of an offset, or the number of values in a list of fixed size
 */
record IpcLayout(Kind kind, long bits) {
  /** Layouts that are checked. */
  enum Kind {
    FIXED,
    TEXT,
    BYTES,
    VIEW,
    LIST,
    REPEATED,
    STRUCT
  }

  /** A type's layout; null for one that is not read. */
  static IpcLayout of(ArrowType type) {
    return switch (type.getTypeID()) {
      case Bool -> fixed(1);
      case Int -> fixed(((ArrowType.Int) type).getBitWidth());
      case FloatingPoint -> floating(((ArrowType.FloatingPoint) type).getPrecision());
      case Decimal -> decimal((ArrowType.Decimal) type);
      case FixedSizeBinary -> {
        int bytes = ((ArrowType.FixedSizeBinary) type).getByteWidth();
        yield bytes > 0 ? fixed(8L * bytes) : null;
      }
      case Date ->
          switch (((ArrowType.Date) type).getUnit()) {
            case DAY -> fixed(32);
            case MILLISECOND -> fixed(64);
          };
      case Time -> {
        ArrowType.Time time = (ArrowType.Time) type;
        boolean small =
            switch (time.getUnit()) {
              case SECOND, MILLISECOND -> true;
              case MICROSECOND, NANOSECOND -> false;
            };
        yield time.getBitWidth() == (small ? 32 : 64) ? fixed(time.getBitWidth()) : null;
      }
      case Timestamp, Duration -> fixed(64);
      case Interval ->
          switch (((ArrowType.Interval) type).getUnit()) {
            case YEAR_MONTH -> fixed(32);
            case DAY_TIME -> fixed(64);
            case MONTH_DAY_NANO -> fixed(128);
          };
      case Utf8 -> new IpcLayout(Kind.TEXT, 32);
      case LargeUtf8 -> new IpcLayout(Kind.TEXT, 64);
      case Binary -> new IpcLayout(Kind.BYTES, 32);
      case LargeBinary -> new IpcLayout(Kind.BYTES, 64);
      case Utf8View, BinaryView -> new IpcLayout(Kind.VIEW, 128);
      case List, Map -> new IpcLayout(Kind.LIST, 32);
      case LargeList -> new IpcLayout(Kind.LIST, 64);
      case FixedSizeList -> {
        int size = ((ArrowType.FixedSizeList) type).getListSize();
        yield size > 0 ? new IpcLayout(Kind.REPEATED, size) : null;
      }
      case Struct -> new IpcLayout(Kind.STRUCT, 0);
      case Null, Union, ListView, LargeListView, RunEndEncoded, NONE -> null;
    };
  }

  private static IpcLayout fixed(long bits) {
    return new IpcLayout(Kind.FIXED, bits);
  }

  private static IpcLayout floating(FloatingPointPrecision precision) {
    return switch (precision) {
      case HALF -> null;
      case SINGLE -> fixed(32);
      case DOUBLE -> fixed(64);
    };
  }

  private static IpcLayout decimal(ArrowType.Decimal type) {
    boolean known =
        type.getBitWidth() == 128
            && type.getPrecision() > 0
            && type.getPrecision() <= 38
            && type.getScale() >= 0
            && type.getScale() <= type.getPrecision();
    return known ? fixed(128) : null;
  }
}
