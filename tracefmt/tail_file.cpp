#include "tracefmt/tail_file.h"

#include "engine/base/check.h"
#include "engine/base/row_mark.h"
#include "engine/base/status_macros.h"
#include "tracefmt/table_codec.h"
#include "tracefmt/tail_carrier.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <system_error>
#include <unistd.h>

namespace ariadne::tracefmt {

namespace {

constexpr std::size_t kNumberAt = 0;
constexpr std::size_t kFirstAt = 8;
constexpr std::size_t kRecordsAt = 16;
/// So much of a slot's overflow is kept for the next block.
constexpr std::uint64_t kOverflowKept = 1u << 20;
constexpr std::uint32_t kXfs = 0x58465342;

std::string errorText(int error) {
    return std::generic_category().message(error);
}

absl::Status refused(absl::string_view what, int error) {
    return absl::UnavailableError(absl::StrCat(what, ": ", errorText(error)));
}

/// Where what was allocated once stays allocated, so that a store into the mapping never fails.
/// Others copy what they change to a new place, or ask a server.
bool keepsItsRoom(int fd) {
    struct ::statfs status {};
    if (::fstatfs(fd, &status) != 0) return false;
    constexpr std::uint32_t kGood[] = {EXT4_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC, kXfs};
    return std::ranges::find(kGood, static_cast<std::uint32_t>(status.f_type)) != std::end(kGood);
}

/// Held by the descriptor, as that of a trace.
absl::Status lock(int fd) {
    struct ::flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (::fcntl(fd, F_OFD_SETLK, &whole) == 0) return absl::OkStatus();
    if (errno != EAGAIN && errno != EACCES) return refused("cannot lock it", errno);
    return absl::AlreadyExistsError(
        "another recorder is using it; choose another name or wait until that ends");
}

bool mayGrowTo(std::uint64_t bytes) {
    struct ::rlimit limit {};
    return ::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
           bytes <= limit.rlim_cur;
}

/// OK when the open file is a tail, by its first bytes, or empty.
absl::Status checkTailOrEmpty(int fd) {
    struct ::stat status {};
    if (::fstat(fd, &status) != 0) return refused("cannot look at it", errno);
    const bool isFile = S_ISREG(status.st_mode);
    std::array<std::uint8_t, kTailMagic.size()> start{};
    const ssize_t n = isFile ? ::pread(fd, start.data(), start.size(), 0) : 0;
    if (n < 0) return refused("cannot read it", errno);
    const bool isTail = n == static_cast<ssize_t>(start.size()) && start == kTailMagic;
    if (isFile && (n == 0 || isTail)) return absl::OkStatus();
    return absl::AlreadyExistsError("the file is there and is no tail; move it away");
}

/// A process that ends leaves what was stored before, in the order of the program.
template <class T>
void storeWord(std::byte* at, T value) {
    std::atomic_ref(*reinterpret_cast<T*>(at)).store(value, std::memory_order_release);
}

class MappedTail final : public TailFile {
public:
    MappedTail(int fd, std::byte* memory, const TailHeader& header, std::filesystem::path path)
        : fd_(fd), memory_(memory), header_(header), path_(std::move(path)) {
        if (header_.carriers != 0) carrier_.emplace(slotAt(slots()), slotAt(slots() + 1));
    }
    ~MappedTail() noexcept override {
        ::munmap(memory_, header_.shape.slotAt(header_.shape.slots));
        ::close(fd_);
    }
    MappedTail(const MappedTail&) = delete;
    MappedTail& operator=(const MappedTail&) = delete;

    std::uint32_t slots() const override { return header_.shape.slots - header_.carriers; }
    TailSlot slot(std::uint32_t index) override {
        ARIADNE_CHECK_OP(index, <, slots());
        return slotAt(index);
    }
    bool keep(const Waiting& waiting) override { return !carrier_ || carrier_->keep(waiting); }
    void addSegment(std::uint32_t number, FileId id) override {
        std::byte* at = memory_ + tailNameAt(number);
        storeWord(at + offsetof(TailName, check), std::uint64_t{0});
        storeWord(at + offsetof(TailName, low), id.low);
        storeWord(at + offsetof(TailName, high), id.high);
        storeWord(at + offsetof(TailName, check), tailNameCheck(header_.id, id));
    }
    absl::Status sync() override {
        if (::fdatasync(fd_) == 0) return absl::OkStatus();
        return refused("the disk did not take the tail", errno);
    }
    void remove() override { ::unlink(path_.c_str()); }

private:
    TailSlot slotAt(std::uint32_t index) const {
        return {memory_ + header_.shape.slotAt(index), fd_, header_, index};
    }

    int fd_;
    std::byte* memory_;
    TailHeader header_;
    std::filesystem::path path_;
    std::optional<TailCarrier> carrier_;  ///< of level inputs
};

/// The file is open and ours; gives back its mapping.
absl::StatusOr<std::byte*> prepare(int fd, const TailHeader& header) {
    const std::uint64_t bytes = header.shape.slotAt(header.shape.slots);
    if (!keepsItsRoom(fd))
        return absl::UnimplementedError(
            "this file system does not keep room for a mapped file; record on ext4, xfs, tmpfs or "
            "an overlay");
    if (!mayGrowTo(bytes))
        return absl::UnimplementedError(
            absl::StrCat("files may not have the ", bytes, " bytes it needs (RLIMIT_FSIZE)"));
    if (::ftruncate(fd, 0) != 0) return refused("cannot empty it", errno);
    int result;
    do {
        result = ::fallocate(fd, 0, 0, static_cast<off_t>(bytes));
    } while (result != 0 && errno == EINTR);
    if (result != 0) return refused(absl::StrCat("no room for ", bytes, " bytes"), errno);
    const Frame frame = encodeTailHeader(header);
    const ssize_t n = ::pwrite(fd, frame.data(), frame.size(), 0);
    if (n != static_cast<ssize_t>(frame.size()))
        return refused("cannot write to it", n < 0 ? errno : ENOSPC);
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) return refused("cannot map it", errno);
    return static_cast<std::byte*>(memory);
}

TailHeader headerFor(FileId id, TailUses uses) {
    TailHeader header{id, {}};
    if (uses.inputs || uses.segments) header.version = kTailVersionOfMore;
    if (!uses.inputs) return header;
    header.carriers = 2;
    header.shape.slots += header.carriers;
    header.shape.changeBytes = kTailPage;  // nobody asks for changes
    return header;
}

template <class T>
ByteView bytesOf(const T& value) {
    return {reinterpret_cast<const std::byte*>(&value), sizeof value};
}

}  // namespace

TailSlot::TailSlot(std::byte* memory, int fd, const TailHeader& header, std::uint32_t index)
    : memory_(memory),
      fd_(fd),
      id_(header.id),
      shape_(header.shape),
      overflowAt_(header.shape.overflowAt(index)) {}

template <class T>
void TailSlot::store(std::size_t offset, T value) {
    storeWord(memory_ + offset, value);
}

BatchRoom TailSlot::room() const {
    return {{reinterpret_cast<CompactRow*>(memory_ + shape_.rowsAt()), shape_.rows},
            {memory_ + shape_.payloadsAt(), shape_.payloadBytes},
            {memory_ + shape_.changesAt(), shape_.changeBytes},
            {reinterpret_cast<std::uint64_t*>(memory_ + kFrameBytes), shape_.rows}};
}

void TailSlot::prepare(std::uint64_t number, Position first) {
    if (!isThere()) return;
    number_ = number;
    seed_ = tailSeed(id_, number, first.value);
    recordBytes_ = put_ = 0;
    store(kNumberAt, std::uint64_t{0});
    store(kFirstAt, first.value);
    store(kRecordsAt, recordsWord(seed_, 0));
}

void TailSlot::publish() {
    if (isThere()) store(kNumberAt, number_);
}

void TailSlot::retire() {
    if (!isThere()) return;
    store(kNumberAt, std::uint64_t{0});
    if (recordBytes_ > shape_.recordBytes + kOverflowKept)
        (void)::fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                          static_cast<off_t>(overflowAt_),
                          static_cast<off_t>(recordBytes_ - shape_.recordBytes));
}

bool TailSlot::put(ByteView bytes) {
    const std::uint64_t room = put_ < shape_.recordBytes ? shape_.recordBytes - put_ : 0;
    const ByteView inside = bytes.first(std::min<std::uint64_t>(room, bytes.size()));
    if (!inside.empty())
        std::memcpy(memory_ + shape_.recordsAt() + put_, inside.data(), inside.size());
    put_ += inside.size();
    for (ByteView rest = bytes.subspan(inside.size()); !rest.empty();) {
        const std::uint64_t at = put_ - shape_.recordBytes;
        if (rest.size() > kTailOverflowBytesMax - at) return false;
        if (!mayGrowTo(overflowAt_ + at + rest.size())) return false;
        const ssize_t n =
            ::pwrite(fd_, rest.data(), rest.size(), static_cast<off_t>(overflowAt_ + at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        put_ += static_cast<std::uint64_t>(n);
        rest = rest.subspan(static_cast<std::size_t>(n));
    }
    return true;
}

bool TailSlot::add(TailRecord kind, ByteView bytes) {
    if (!isThere()) return true;
    TailRecordHead record{kind, static_cast<std::uint32_t>(bytes.size()), 0};
    record.hash = recordHash(seed_, kind, recordBytes_, bytes);
    put_ = recordBytes_;
    static constexpr std::array<std::byte, kAlignment> kZeros{};
    const ByteView padding = ByteView{kZeros}.first(alignedUp(bytes.size()) - bytes.size());
    if (!put(bytesOf(record)) || !put(bytes) || !put(padding)) return false;
    recordBytes_ = put_;
    store(kRecordsAt, recordsWord(seed_, static_cast<std::uint32_t>(recordBytes_)));
    return true;
}

bool TailSlot::addTypes(std::uint32_t firstType, std::span<const TypeDesc> types) {
    if (!isThere() || types.empty()) return true;
    const absl::StatusOr<Bytes> body = encodeTables({false, firstType, types, 1, {}});
    return body.ok() && add(TailRecord::kTypes, *body);
}

bool TailSlot::addBirth(const CellBirth& birth) {
    const TailBirth fixed{birth.key.value,    birth.bornAt.value, birth.rank.value,
                          birth.parent.value, birth.type.value,   0};
    bytes_.clear();
    bytes_.raw(bytesOf(fixed));
    bytes_.raw(asBytes(birth.path));
    return add(TailRecord::kBirth, bytes_.view());
}

bool TailSlot::addCounted(Position first, ByteView body) {
    bytes_.clear();
    bytes_.fixed64(first.value);
    bytes_.raw(body);
    return add(TailRecord::kCounted, bytes_.view());
}

bool TailSlot::addLongBytes(ByteView bytes) {
    return add(TailRecord::kLongBytes, bytes);
}

absl::StatusOr<std::unique_ptr<TailFile>> TailFile::create(const std::filesystem::path& trace,
                                                           FileId id, TailUses uses) {
    std::filesystem::path path = tailPathOf(trace);
    const int fd =
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (fd < 0) return refused(absl::StrCat("cannot create ", path.native()), errno);
    const TailHeader header = headerFor(id, uses);
    absl::Status ours = checkTailOrEmpty(fd);
    if (ours.ok()) ours = lock(fd);
    absl::StatusOr<std::byte*> memory = ours.ok() ? prepare(fd, header) : ours;
    if (!memory.ok()) {
        ::close(fd);
        // Room without a header would be taken for somebody else's file the next time.
        if (ours.ok()) ::unlink(path.c_str());
        return absl::Status(memory.status().code(),
                            absl::StrCat(path.native(), ": ", memory.status().message()));
    }
    return std::make_unique<MappedTail>(fd, *memory, header, std::move(path));
}

absl::Status removeTailOf(const std::filesystem::path& trace) {
    const std::filesystem::path path = tailPathOf(trace);
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return absl::OkStatus();
    const bool isTail = checkTailOrEmpty(fd).ok();
    ::close(fd);
    if (!isTail || ::unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
    return absl::PermissionDeniedError(
        absl::StrCat("the tail of an earlier recording, ", path.native(),
                     ", cannot be removed: ", errorText(errno), "; choose another name"));
}

absl::Status checkTailUnused(const std::filesystem::path& trace) {
    const std::filesystem::path path = tailPathOf(trace);
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return absl::OkStatus();
    const absl::Status used = checkTailOrEmpty(fd).ok() ? lock(fd) : absl::OkStatus();
    ::close(fd);
    if (used.ok()) return absl::OkStatus();
    return absl::Status(used.code(), absl::StrCat(path.native(), ": ", used.message()));
}

}  // namespace ariadne::tracefmt
