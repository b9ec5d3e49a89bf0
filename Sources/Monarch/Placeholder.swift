import ArgumentParser
@main struct Monarch: ParsableCommand {}
