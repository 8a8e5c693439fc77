package io.hydrabeam.model.train;

import java.util.OptionalDouble;

/**
 * What happened in an epoch.
 *
 * @param epoch from 0
 * @param learningRate of the epoch's last step; most schedules have one for each epoch
 * @param loss mean loss over the epoch's steps, each before its update
 * @param evalScore if the epoch ended with a scoring
 * @param seconds of wall time, scoring included; of an epoch's steps that jobs did together in one
 *     graph, an equal share
 */
public record EpochRecord(
    int epoch, double learningRate, double loss, OptionalDouble evalScore, double seconds) {}
