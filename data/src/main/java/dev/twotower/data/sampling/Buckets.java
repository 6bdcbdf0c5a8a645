package dev.twotower.data.sampling;

/**
 * Stretches of whole batches of a random order, few enough that one block of each fits memory while
 * they are written, and short enough that one fits memory while it is read. Where both take equal
 * memory, a bucket has the square root of (bytes in all x bytes of a block).
 *
 * @param batches the batches of the order
 * @param perBucket batches of a bucket; the last one may have fewer
 */
record Buckets(IidBatches batches, long perBucket) {
  /** Smaller buckets save no memory that matters. */
  private static final long LEAST_BYTES = 1 << 24;

  /**
   * The buckets of an order.
   *
   * @param recordBytes bytes of a row
   * @param blockBytes bytes that are written at a time
   */
  static Buckets of(IidBatches batches, int recordBytes, int blockBytes) {
    double all = (double) batches.rows() * recordBytes;
    double bytes = Math.max(LEAST_BYTES, Math.sqrt(all * blockBytes));
    return new Buckets(batches, Math.max(1, (long) (bytes / recordBytes / batches.batchSize())));
  }

  int count() {
    return Math.toIntExact((batches.count() + perBucket - 1) / perBucket);
  }

  int ofBatch(long batch) {
    return (int) (batch / perBucket);
  }

  int ofPosition(long position) {
    int bucket = (int) Math.min(position / (perBucket * batches.batchSize()), count() - 1L);
    // A last batch that was lent a row begins one position early.
    return bucket + 1 < count() && position >= start(bucket + 1) ? bucket + 1 : bucket;
  }

  /** First position of a bucket; that of bucket {@link #count} is the number of rows. */
  long start(int bucket) {
    return batches.start(Math.min(bucket * perBucket, batches.count()));
  }

  int rows(int bucket) {
    return Math.toIntExact(start(bucket + 1) - start(bucket));
  }
}
