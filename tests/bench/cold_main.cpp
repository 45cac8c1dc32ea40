// ariadne-bench-cold: from the start of a process to the first turn of a run that goes on from a
// snapshot in a file. Without a file it ends at once: what a process of this linkage costs anyway.
#include "recorder/program_run.h"
#include "tracefmt/trace_reader.h"

#include <cstdio>

using namespace ariadne;

namespace {

absl::Status goOn(const char* file) {
    auto reader = tracefmt::TraceReader::open(file);
    if (!reader.ok()) return reader.status();
    // The last one from which the run goes on.
    std::size_t at = (*reader)->snapshots().size();
    while (at > 0 && (*reader)->snapshots()[at - 1].position >= (*reader)->lastPosition()) --at;
    if (at == 0) return absl::InvalidArgumentError("the trace has no snapshot but that of its end");
    const auto options = recorder::worldOptionsOf((*reader)->meta());
    if (!options.ok()) return options.status();
    const auto program = recorder::programOf((*reader)->meta());
    if (!program.ok()) return program.status();
    const auto image = (*reader)->snapshot(at - 1);
    if (!image.ok()) return image.status();
    kernel::World world{*options};
    const absl::Status restored =
        world.restore(*image, (*reader)->births(), (*reader)->types(), (*program)->cellTypes());
    if (!restored.ok()) return restored;
    if (!world.step()) return absl::InternalError("the restored run had ended");
    return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 1) return 0;
    const absl::Status status = goOn(argv[1]);
    if (!status.ok()) std::fprintf(stderr, "ariadne-bench-cold: %s\n", status.ToString().c_str());
    return status.ok() ? 0 : 1;
}
