package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.common.HydraException;

/** Labels of the tasks whose data set publishes numbers instead of classes. */
final class DerivedLabels {

  /** Fewest objects of a CLEVR scene. */
  private static final int CLEVR_FEWEST = 3;

  private static final double[] CLEVR_DEPTHS = {0, 8, 8.5, 9, 9.5, 10, 100};
  private static final double[] KITTI_METRES = {-100, 8, 20, 999};

  /** Stands for no vehicle. */
  private static final double KITTI_NONE = 1000;

  private static final int DSPRITES_CLASSES = 16;
  static final int DSPRITES_PLACES = 32;
  static final int DSPRITES_ORIENTATIONS = 40;

  private DerivedLabels() {}

  /** Of {@code clevr_count}, by the number of objects. */
  static int clevrCount(int objects) {
    return objects - CLEVR_FEWEST;
  }

  /**
   * Of {@code clevr_dist}, by the objects' depths, the third numbers of their pixel coordinates.
   */
  static int clevrDistance(double[] depths) {
    return bin(smallest(depths, Double.POSITIVE_INFINITY), CLEVR_DEPTHS);
  }

  /**
   * Of {@code kitti}, by the distances of cars, vans and trucks in metres, of which there may be
   * none.
   */
  static int kittiDistance(double[] metres) {
    return bin(smallest(metres, KITTI_NONE), KITTI_METRES);
  }

  /**
   * Of {@code dsprites_loc}. The images' order is shape, scale, orientation, x, y, the last one
   * fastest.
   */
  static int dspritesLocation(int position) {
    int x = position / DSPRITES_PLACES % DSPRITES_PLACES;
    return dspritesClass(x, DSPRITES_PLACES);
  }

  /** Of {@code dsprites_ori}. */
  static int dspritesOrientation(int position) {
    int orientation = position / (DSPRITES_PLACES * DSPRITES_PLACES) % DSPRITES_ORIENTATIONS;
    return dspritesClass(orientation, DSPRITES_ORIENTATIONS);
  }

  /** The sixteenth of a range of values that one of them lies in. */
  static int dspritesClass(int value, int values) {
    return (int) (value / ((float) values / DSPRITES_CLASSES));
  }

  /** Of {@code smallnorb_azi}, by the published azimuth, which counts twenty degrees as two. */
  static int smallnorbAzimuth(int azimuth) {
    return azimuth / 2;
  }

  /** Of {@code svhn}, by the published digit, of which 10 stands for 0. */
  static int svhn(int digit) {
    return digit % 10;
  }

  /** The last edge that lies below the value, counted from 0. */
  private static int bin(double value, double[] edges) {
    for (int i = edges.length - 1; i >= 0; i--) {
      if (edges[i] < value) {
        return i;
      }
    }
    throw HydraException.failed("%s lies below %s, the first edge".formatted(value, edges[0]));
  }

  private static double smallest(double[] values, double none) {
    double smallest = none;
    for (double value : values) {
      smallest = Math.min(smallest, value);
    }
    return smallest;
  }
}
