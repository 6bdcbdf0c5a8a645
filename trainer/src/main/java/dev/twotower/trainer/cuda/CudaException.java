package dev.twotower.trainer.cuda;

/** Something that the device or its compiler refused. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CudaException(String message) {
    super(message);
  }
}
