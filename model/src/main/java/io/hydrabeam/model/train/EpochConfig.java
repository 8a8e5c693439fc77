package io.hydrabeam.model.train;

/**
 * How often and in which portions the training images are gone through.
 *
 * @param epochs passes over the images
 * @param batch images a step
 * @param keepRemainder whether an epoch's last images, too few for a batch, are a step of their own
 *     if they are two or more; else they are left out, as in the original's VTAB-1k
 * @param orderOffset epochs that the same sequence of orders had served before this training
 * @param evalEveryEpochs epochs between scorings; 0 for none; the last epoch is always scored
 */
public record EpochConfig(
    int epochs, int batch, boolean keepRemainder, int orderOffset, int evalEveryEpochs) {

  public EpochConfig {
    requirePositive("epochs", epochs);
    requirePositive("batch", batch);
    requireNotNegative("orderOffset", orderOffset);
    requireNotNegative("evalEveryEpochs", evalEveryEpochs);
  }

  /** Whether {@code epoch}, from 0, ends with a scoring. */
  public boolean scoresAfter(int epoch) {
    return evalEveryEpochs > 0 && ((epoch + 1) % evalEveryEpochs == 0 || epoch + 1 == epochs);
  }

  /** Steps of an epoch over so many images. */
  public long steps(long images) {
    return images / batch + (keepRemainder && images % batch > 1 ? 1 : 0);
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("%s (%d) must be positive".formatted(name, value));
    }
  }

  private static void requireNotNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException("%s (%d) must not be negative".formatted(name, value));
    }
  }
}
