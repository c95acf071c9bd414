#include "decode/codecs.h"

#include <algorithm>
#include <array>
#include <memory>

namespace genre::decode {
namespace {

constexpr std::array<const char*, 16> kDemuxers = {"aac",      "ac3",  "amr", "ape", "asf", "caf",
                                                   "dsf",      "eac3", "iff", "mov", "mpc", "mpc8",
                                                   "matroska", "ogg",  "tta", "wv"};

struct Entry {
  AVCodecID id;
  const char* decoder;
  std::string_view name;
};

constexpr auto kCodecs = std::to_array<Entry>({
    {AV_CODEC_ID_AAC, "aac", "AAC"},
    {AV_CODEC_ID_AC3, "ac3", "AC-3"},
    {AV_CODEC_ID_ALAC, "alac", "ALAC"},
    {AV_CODEC_ID_AMR_NB, "amrnb", "AMR-NB"},
    {AV_CODEC_ID_AMR_WB, "amrwb", "AMR-WB"},
    {AV_CODEC_ID_APE, "ape", "Monkey's Audio"},
    {AV_CODEC_ID_DSD_LSBF, "dsd_lsbf", "DSD"},
    {AV_CODEC_ID_DSD_LSBF_PLANAR, "dsd_lsbf_planar", "DSD"},
    {AV_CODEC_ID_DSD_MSBF, "dsd_msbf", "DSD"},
    {AV_CODEC_ID_DSD_MSBF_PLANAR, "dsd_msbf_planar", "DSD"},
    {AV_CODEC_ID_DTS, "dca", "DTS"},
    {AV_CODEC_ID_EAC3, "eac3", "E-AC-3"},
    {AV_CODEC_ID_FLAC, "flac", "FLAC"},
    {AV_CODEC_ID_MP2, "mp2float", "MPEG audio"},
    {AV_CODEC_ID_MP3, "mp3float", "MP3"},
    {AV_CODEC_ID_MUSEPACK7, "mpc7", "Musepack"},
    {AV_CODEC_ID_MUSEPACK8, "mpc8", "Musepack"},
    {AV_CODEC_ID_OPUS, "opus", "Opus"},
    {AV_CODEC_ID_SPEEX, "speex", "Speex"},
    {AV_CODEC_ID_TRUEHD, "truehd", "TrueHD"},
    {AV_CODEC_ID_TTA, "tta", "TTA"},
    {AV_CODEC_ID_VORBIS, "vorbis", "Vorbis"},
    {AV_CODEC_ID_WAVPACK, "wavpack", "WavPack"},
    {AV_CODEC_ID_WMALOSSLESS, "wmalossless", "WMA lossless"},
    {AV_CODEC_ID_WMAPRO, "wmapro", "WMA Pro"},
    {AV_CODEC_ID_WMAV1, "wmav1", "WMA 1"},
    {AV_CODEC_ID_WMAV2, "wmav2", "WMA 2"},
    {AV_CODEC_ID_WMAVOICE, "wmavoice", "WMA Voice"},
});

// Uncompressed audio of any sample format.
bool is_pcm(AVCodecID id) { return id >= AV_CODEC_ID_FIRST_AUDIO && id < AV_CODEC_ID_ADPCM_IMA_QT; }

}  // namespace

const AVInputFormat* find_demuxer(std::string_view name) {
  const auto* found = std::ranges::find(kDemuxers, name);
  return found == kDemuxers.end() ? nullptr : av_find_input_format(*found);
}

Codec find_codec(AVCodecID id) {
  if (is_pcm(id)) return {avcodec_find_decoder(id), "PCM"};
  const auto* found = std::ranges::find(kCodecs, id, &Entry::id);
  if (found == kCodecs.end()) return {nullptr, avcodec_get_name(id)};
  return {avcodec_find_decoder_by_name(found->decoder), found->name};
}

void prepare_codecs() {
  for (const Entry& entry : kCodecs) {
    AVCodecContext* context = avcodec_alloc_context3(find_codec(entry.id).decoder);
    if (context == nullptr) continue;
    context->sample_rate = 44100;
    av_channel_layout_default(&context->ch_layout, 2);
    // Some decoders need more parameters and fail to open, but have initialised their tables by
    // then.
    avcodec_open2(context, nullptr, nullptr);
    avcodec_free_context(&context);
  }
}

}  // namespace genre::decode
