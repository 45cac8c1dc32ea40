#include "tracefmt/file_io.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace ariadne::tracefmt {

namespace {

class MemoryFile final : public ReadFile {
public:
    explicit MemoryFile(std::shared_ptr<const Bytes> bytes) : bytes_(std::move(bytes)) {}

    absl::StatusOr<std::uint64_t> size() const override { return bytes_->size(); }
    absl::Status readAt(std::uint64_t offset, std::span<std::byte> out) const override {
        if (offset > bytes_->size() || out.size() > bytes_->size() - offset)
            return absl::DataLossError(absl::StrCat("the file ends at ", bytes_->size(),
                                                    ", needed ", out.size(), " bytes at offset ",
                                                    offset));
        std::copy_n(bytes_->begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
        return absl::OkStatus();
    }

private:
    std::shared_ptr<const Bytes> bytes_;
};

}  // namespace

std::unique_ptr<ReadFile> readFromMemory(std::shared_ptr<const Bytes> bytes) {
    return std::make_unique<MemoryFile>(std::move(bytes));
}

}  // namespace ariadne::tracefmt
