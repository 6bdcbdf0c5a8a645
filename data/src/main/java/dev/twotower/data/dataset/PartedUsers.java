package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The users of a data set of parts, numbered over the whole log, and where each one lies: its part,
 * its number there, and its first request in the log and in the part.
 */
final class PartedUsers implements EntityTable {
  private final Dataset[] parts;
  private final int[][] users;
  private final short[] partOf;
  private final int[] placeIn;
  private final int[] firstRequest;
  private final int[] firstRequestInPart;

  PartedUsers(PartedDataset data) {
    int size = data.manifest().counts().users();
    this.parts = new Dataset[data.parts()];
    this.users = new int[parts.length][];
    this.partOf = new short[size];
    this.placeIn = new int[size];
    this.firstRequest = new int[size + 1];
    this.firstRequestInPart = new int[size];
    boolean[] met = new boolean[size];
    int[] requests = new int[size];
    for (int part = 0; part < parts.length; part++) {
      parts[part] = data.piece(part);
      int[] here = data.users(part);
      users[part] = here;
      if (here.length != parts[part].users()) {
        throw wrong(data, part, here.length + " users, and the part " + parts[part].users());
      }
      int request = 0;
      for (int place = 0; place < here.length; place++) {
        int user = here[place];
        if (user < 0 || user >= size || met[user] || place > 0 && user < here[place - 1]) {
          throw wrong(data, part, "user " + user + " out of order, twice or beyond " + size);
        }
        met[user] = true;
        partOf[user] = (short) part;
        placeIn[user] = place;
        firstRequestInPart[user] = request;
        int end = requestsUpTo(parts[part], place, request);
        requests[user] = end - request;
        request = end;
      }
    }
    for (int user = 0; user < size; user++) {
      firstRequest[user + 1] = firstRequest[user] + requests[user];
    }
  }

  private static BadDataException wrong(PartedDataset data, int part, String what) {
    return new BadDataException(
        "%s names %s; prepare the data again"
            .formatted(data.directory().resolve(PartedDataset.usersFile(part)), what));
  }

  /** One past the user's last request; {@code before} where it has no rows. */
  private static int requestsUpTo(Dataset part, int user, int before) {
    int end = before;
    for (Split split : Split.values()) {
      Interactions rows = part.interactions(split);
      if (rows.userEnd(user) > rows.userStart(user)) {
        end = Math.max(end, rows.request(rows.userEnd(user) - 1) + 1);
      }
    }
    return end;
  }

  Dataset part(int part) {
    return parts[part];
  }

  int partOf(int user) {
    return partOf[user];
  }

  /** The user's number in its part. */
  int placeIn(int user) {
    return placeIn[user];
  }

  int firstRequest(int user) {
    return firstRequest[user];
  }

  int firstRequestInPart(int user) {
    return firstRequestInPart[user];
  }

  /** The user whose request it is. */
  int userOfRequest(int request) {
    int low = 0;
    int high = size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firstRequest[middle] <= request) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  @Override
  public int size() {
    return partOf.length;
  }

  @Override
  public String id(int index) {
    return parts[partOf[index]].userTable().id(placeIn[index]);
  }

  @Override
  public OptionalInt index(String externalId) {
    for (int part = 0; part < parts.length; part++) {
      OptionalInt place = parts[part].userTable().index(externalId);
      if (place.isPresent()) {
        return OptionalInt.of(users[part][place.getAsInt()]);
      }
    }
    return OptionalInt.empty();
  }

  @Override
  public String name(int index) {
    return parts[partOf[index]].userTable().name(placeIn[index]);
  }

  /** None: codes of parts would have to agree. */
  @Override
  public List<FeatureColumn> features() {
    return List.of();
  }

  @Override
  public FeatureColumn feature(String name) {
    return Features.find(Map.of(), "users", name);
  }
}
