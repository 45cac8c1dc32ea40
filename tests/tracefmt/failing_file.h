// A file in memory of which one call fails: every way of reading is tried with each of them.
#pragma once

#include "tracefmt/file_io.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

namespace ariadne::tracefmt {

/// Which call of all files that share it fails, counted from 1, and how many there were.
struct FailingCall {
    std::size_t nth = 0;  ///< 0: none
    std::size_t calls = 0;
    bool forEver = false;     ///< and all behind it
    bool syncFailed = false;  ///< one of those that failed was a sync()

    bool isDue() {
        ++calls;
        return nth != 0 && (forEver ? calls >= nth : calls == nth);
    }
};

inline absl::Status ioError() {
    return absl::UnavailableError("an input/output error");
}

class FailingReadFile final : public ReadFile {
public:
    FailingReadFile(std::shared_ptr<const Bytes> bytes, FailingCall& call)
        : bytes_(std::move(bytes)), call_(call) {}

    absl::StatusOr<std::uint64_t> size() const override {
        if (call_.isDue()) return ioError();
        return bytes_->size();
    }
    absl::Status readAt(std::uint64_t offset, std::span<std::byte> out) const override {
        if (call_.isDue()) return ioError();
        if (offset > bytes_->size() || out.size() > bytes_->size() - offset)
            return absl::DataLossError(absl::StrCat("the file ends at ", bytes_->size()));
        std::copy_n(bytes_->begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
        return absl::OkStatus();
    }
    bool isBeingWritten() const override { return beingWritten; }

    bool beingWritten = false;

private:
    std::shared_ptr<const Bytes> bytes_;
    FailingCall& call_;
};

/// Of the append that fails the first half is there, and the next one is written over it.
class FailingWriteFile final : public WriteFile {
public:
    explicit FailingWriteFile(FailingCall& call) : call_(call) {}
    std::shared_ptr<Bytes> bytes() const { return bytes_; }

    absl::Status append(ByteView added) override {
        const bool fails = call_.isDue();
        if (fails) added = added.first(added.size() / 2);
        if (bytes_->size() < size_ + added.size()) bytes_->resize(size_ + added.size());
        std::copy(added.begin(), added.end(), bytes_->begin() + static_cast<std::ptrdiff_t>(size_));
        if (fails) return ioError();
        size_ += added.size();
        return absl::OkStatus();
    }
    absl::Status sync() override {
        if (!call_.isDue()) return absl::OkStatus();
        call_.syncFailed = true;
        return ioError();
    }
    absl::Status truncate(std::uint64_t size) override {
        if (call_.isDue()) return ioError();
        size_ = static_cast<std::size_t>(size);
        bytes_->resize(size_);
        return absl::OkStatus();
    }
    absl::Status close() override { return call_.isDue() ? ioError() : absl::OkStatus(); }

private:
    std::shared_ptr<Bytes> bytes_ = std::make_shared<Bytes>();
    std::size_t size_ = 0;  ///< of what was taken
    FailingCall& call_;
};

}  // namespace ariadne::tracefmt
