package dev.twotower.data.sampling.tree;

import java.util.Arrays;

/**
 * Items of one batch, in slots of one category each; a buffer that is reused from batch to batch.
 * Batches that are not drawn by category have no slots.
 */
public final class ItemBatch {
  /** Why a slot is in the batch. */
  public enum Role {
    /** Its category is a child of a chosen parent. */
    RELATED,
    /** It shares an ancestor below the root with the first parent, without lying under it. */
    NEAR,
    /** It shares only the root with every chosen parent. */
    FAR
  }

  private final int[] items;
  private int size;
  private int[] slotEnd = new int[64];
  private int[] slotCategory = new int[64];
  private Role[] slotRole = new Role[64];
  private int slots;
  private int[] parents = new int[16];
  private int parentCount;

  /** A buffer for batches of up to {@code capacity} items. */
  public ItemBatch(int capacity) {
    this.items = new int[capacity];
  }

  /** The buffer; only the first {@link #size()} entries belong to the batch. */
  public int[] items() {
    return items;
  }

  public int size() {
    return size;
  }

  public int capacity() {
    return items.length;
  }

  public int slots() {
    return slots;
  }

  /** Place of the slot's first item. */
  public int slotStart(int slot) {
    return slot == 0 ? 0 : slotEnd[slot - 1];
  }

  /** One past the place of the slot's last item. */
  public int slotEnd(int slot) {
    return slotEnd[slot];
  }

  /** The node that the slot's items hang on. */
  public int slotCategory(int slot) {
    return slotCategory[slot];
  }

  public Role slotRole(int slot) {
    return slotRole[slot];
  }

  /** Number of chosen parents: 1, or more where one had too few items. */
  public int parents() {
    return parentCount;
  }

  /** The parent chosen as number {@code index}. */
  public int parent(int index) {
    return parents[index];
  }

  void clear() {
    size = 0;
    slots = 0;
    parentCount = 0;
  }

  void add(int item) {
    items[size++] = item;
  }

  void addParent(int node) {
    if (parentCount == parents.length) {
      parents = Arrays.copyOf(parents, 2 * parentCount);
    }
    parents[parentCount++] = node;
  }

  /** Closes a slot of the items added since the last. */
  void endSlot(int category, Role role) {
    if (slots == slotEnd.length) {
      slotEnd = Arrays.copyOf(slotEnd, 2 * slots);
      slotCategory = Arrays.copyOf(slotCategory, 2 * slots);
      slotRole = Arrays.copyOf(slotRole, 2 * slots);
    }
    slotEnd[slots] = size;
    slotCategory[slots] = category;
    slotRole[slots++] = role;
  }
}
