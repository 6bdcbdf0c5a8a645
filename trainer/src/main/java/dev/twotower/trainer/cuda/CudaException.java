package dev.twotower.trainer.cuda;

/** Thrown when the device or its compiler refuses something. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CudaException(String message) {
    super(message);
  }
}
