#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "p2p/base/result.h"

namespace mutoscope::base
{

enum class FileMode { Default, OwnerOnly }; ///< 0644 or 0600

/// The whole file, at most `maxBytes` of it (TooLarge). NotFound where there is none.
[[nodiscard]] Result<std::string> readFile(const std::filesystem::path& file, std::size_t maxBytes);

/// Writes beside the file, syncs, renames over it, syncs the folder: after a crash there is the old file or the new one.
/// Folders on the way are made. A full disk is an Io error that names the file.
[[nodiscard]] Result<void> writeFileDurably(const std::filesystem::path& file, std::string_view bytes,
                                            FileMode mode = FileMode::Default);

/// "CANNOT: the system's reason", as an Io error.
[[nodiscard]] tl::unexpected<Error> ioError(const std::string& what, int errorNumber);

} // namespace mutoscope::base
