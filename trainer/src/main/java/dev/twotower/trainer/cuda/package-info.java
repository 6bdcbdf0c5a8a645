/**
 * Work that is given to a GPU without the engine in between: kernels of the project's own, and
 * matrix products at a chosen precision. The engine's CUDA build brings all that this needs: the
 * driver, NVRTC, which compiles a kernel from its source when a process first uses it, and cuBLAS.
 * They are called through JNA in the copies that the process has loaded already; nothing new is
 * loaded.
 *
 * <p>Work goes to the default stream, where the engine's goes, so each sees what the other wrote
 * before it. The engine still owns the arrays; {@link dev.twotower.trainer.cuda.CudaDevice#address}
 * gives the address of one.
 *
 * <p>Where something is missing, {@link dev.twotower.trainer.cuda.CudaDevice#find} says what, and
 * the engine's own operations do the same work, slower.
 */
package dev.twotower.trainer.cuda;
