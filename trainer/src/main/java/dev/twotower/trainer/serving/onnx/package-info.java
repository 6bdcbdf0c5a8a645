/**
 * Towers as <a href="https://onnx.ai">ONNX</a> graphs, so that they can be served without this
 * project (design 10, {@code export --format onnx}).
 *
 * <p>{@code user-tower.onnx} and {@code item-tower.onnx} (opset 17) hold the towers' computation
 * and dense parameters, {@code *.onnx.data} beside them the embedding tables, which may be larger
 * than the two gigabytes a protocol buffer can hold. A graph has one input for each feature, of its
 * name ({@code vector_input} for one called {@code vector}), and one output, {@code vector}, n x
 * dim, of unit length; rank items by its dot product with theirs.
 *
 * <table>
 * <caption>Inputs</caption>
 * <tr><th>feature</th><th>type</th><th>shape</th><th>values</th></tr>
 * <tr><td>{@code id}</td><td>int64</td><td>n</td><td>place in {@code users.ids.json} or {@code
 * items.ids.json}; -1 for any other</td></tr>
 * <tr><td>categorical</td><td>int64</td><td>n</td><td>place in {@code vocabularies.json}; 0 for
 * anything else</td></tr>
 * <tr><td>multi-valued</td><td>int64</td><td>n x length</td><td>the same, padded with -1</td></tr>
 * <tr><td>numeric</td><td>float</td><td>n</td><td>as in the log; NaN where missing</td></tr>
 * <tr><td>vector</td><td>float</td><td>n x width</td><td>as in the log</td></tr>
 * <tr><td>{@code history}</td><td>int64</td><td>n x length</td><td>places in {@code
 * items.ids.json}, the length of {@code user.history.length} or less, padded with -1; an item
 * that is not there has the place after the last</td></tr>
 * <tr><td>{@code history_gaps}, {@code history_events}</td><td>int64</td><td>n x length</td><td>
 * where a transformer reads them: codes of gaps in time, and of kinds of feedback as places in
 * {@code vocabularies.json}; 0 where that is not known</td></tr>
 * </table>
 *
 * <p>What the graphs compute equals {@link dev.twotower.trainer.tower.Tower#forward} to float32
 * rounding; rows of ids that training never saw are zeros in the exported tables, which is what the
 * towers read for them.
 */
package dev.twotower.trainer.serving.onnx;
