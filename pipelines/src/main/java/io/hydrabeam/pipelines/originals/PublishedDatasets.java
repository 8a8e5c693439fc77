package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Original;
import io.hydrabeam.protos.Task;

/** Finds the reader of a task's data set. */
public final class PublishedDatasets {
  private PublishedDatasets() {}

  /**
   * Reads what the owners publish.
   *
   * @param root folder that holds it
   * @throws HydraException usage, if the catalog names a data set or label that no reader knows
   */
  public static PublishedData archives(String root, Task task) {
    OriginalFiles files = files(root, task);
    return switch (name(task.getOriginal())) {
      case "caltech101" -> ListedFiles.caltech101(files);
      case "cifar100" -> new Cifar100(files);
      case "clevr/count" -> Clevr.count(files);
      case "clevr/distance" -> Clevr.distance(files);
      case "diabetic_retinopathy_detection" -> new DiabeticRetinopathy(files);
      case "dmlab" -> new Dmlab(files);
      case "dsprites/location" -> Dsprites.location(files);
      case "dsprites/orientation" -> Dsprites.orientation(files);
      case "dtd" -> new Dtd(files);
      case "eurosat" -> LabelledFiles.eurosat(files);
      case "kitti" -> new Kitti(files);
      case "oxford_flowers102" -> new OxfordFlowers(files);
      case "oxford_iiit_pet" -> new OxfordPets(files);
      case "patch_camelyon" -> new PatchCamelyon(files);
      case "resisc45" -> LabelledFiles.resisc45(files);
      case "smallnorb/azimuth" -> Smallnorb.azimuth(files);
      case "smallnorb/elevation" -> Smallnorb.elevation(files);
      case "sun397" -> ListedFiles.sun397(files);
      case "svhn_cropped" -> new Svhn(files);
      default -> throw unknown(task);
    };
  }

  /**
   * Reads what TensorFlow Datasets has prepared.
   *
   * @param folder of the version
   */
  public static PublishedData prepared(String folder, Task task) {
    TfdsFields fields =
        switch (name(task.getOriginal())) {
          case "clevr/count" -> TfdsFields.clevr(true);
          case "clevr/distance" -> TfdsFields.clevr(false);
          case "dsprites/location" ->
              TfdsFields.dsprites("label_x_position", DerivedLabels.DSPRITES_PLACES);
          case "dsprites/orientation" ->
              TfdsFields.dsprites("label_orientation", DerivedLabels.DSPRITES_ORIENTATIONS);
          case "kitti" -> TfdsFields.kitti();
          case "smallnorb/azimuth" -> TfdsFields.labelled("label_azimuth");
          case "smallnorb/elevation" -> TfdsFields.labelled("label_elevation");
          default -> TfdsFields.labelled("label");
        };
    return new TfdsFolder(folder, dataset(task), fields);
  }

  /** The published files of a task. */
  public static OriginalFiles files(String root, Task task) {
    return new OriginalFiles(root, dataset(task));
  }

  /** The data set without its configuration. */
  private static String dataset(Task task) {
    String dataset = task.getOriginal().getDataset();
    int slash = dataset.indexOf('/');
    return slash < 0 ? dataset : dataset.substring(0, slash);
  }

  private static String name(Original original) {
    String dataset = original.getDataset();
    int slash = dataset.indexOf('/');
    String plain = slash < 0 ? dataset : dataset.substring(0, slash);
    return original.getLabel().isEmpty() ? plain : plain + '/' + original.getLabel();
  }

  private static HydraException unknown(Task task) {
    String label = task.getOriginal().getLabel();
    return HydraException.usage(
        "task %s: no reader knows the data set %s%s"
            .formatted(
                task.getName(),
                task.getOriginal().getDataset(),
                label.isEmpty() ? "" : " with label " + label));
  }
}
