package io.hydrabeam.runners;

/**
 * How many records were looked at.
 *
 * @param noun of several
 * @param all of them
 * @param bad those that could not be used
 */
record PredictedRecords(String noun, long all, long bad) {}
