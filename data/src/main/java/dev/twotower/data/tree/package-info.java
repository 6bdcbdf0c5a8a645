/**
 * The category tree (design 7).
 *
 * <p>Any depth, unbalanced allowed; an item hangs on one node, usually a leaf. The distance of two
 * items is the number of edges from the deeper item's node up to their lowest common ancestor: same
 * node 0, siblings 1, cousins 2 and so on, and none if they share only the root. Where a taxonomy
 * has several tops, an unnamed root is put above them, so that items of different tops are
 * unrelated. An item without a category hangs on the root, which makes it unrelated to every other.
 *
 * <p>Lowest common ancestors are found with one jump pointer per node (Myers 1983, "An applicative
 * random-access stack"): constant memory per node and time logarithmic in the depth. Nodes also
 * carry their preorder interval, so that the items under a node are one range of an array.
 */
package dev.twotower.data.tree;
